import { CmrError } from '../../cmr/errors.ts'
import { readWorkspaces, type WorkspaceState } from '../../cmr/workspaces.ts'
import type { CommandContext } from '../../commands/context.ts'
import { isFresh } from './availability.ts'

type Provider = 'GOOGLE' | 'MICROSOFT'

/** What CMR told of workspaces: `PROVIDER domain` → its state. */
export type KnownWorkspaces = Readonly<
  Record<string, { readonly state: WorkspaceState; readonly askedAt: string }>
>

const keyOf = (provider: Provider, domain: string) => `${provider} ${domain}`

/**
 * Asks in one request for all names that CMR has not just told of. Where it does not answer, they are unknown,
 * which is not clean; what was unknown is asked again.
 */
export async function askWorkspaces(
  { cmr, clock, logger }: CommandContext,
  asked: { readonly domains: readonly string[]; readonly provider: Provider },
  known: KnownWorkspaces = {},
): Promise<KnownWorkspaces> {
  const { domains, provider } = asked
  const now = clock()
  const open = domains.filter((domain) => {
    const before = known[keyOf(provider, domain)]
    return !isFresh(before, now) || before?.state === 'unknown'
  })
  if (open.length === 0) return known
  const states = await cmr.domains
    .workspace({ body: { domains: open, serviceProvider: provider } })
    .then((answer) => readWorkspaces(answer, open))
    .catch((error: unknown) => {
      if (!(error instanceof CmrError) || error.kind === 'unauthorized') throw error
      logger.warn({ err: error }, 'CMR did not report workspaces')
      return new Map<string, WorkspaceState>()
    })
  const told = open.map((domain) => {
    const state: WorkspaceState = states.get(domain) ?? 'unknown'
    return [keyOf(provider, domain), { state, askedAt: now.toISOString() }] as const
  })
  return { ...known, ...Object.fromEntries(told) }
}

/** The domains that are in one state. */
export function inState(
  known: KnownWorkspaces,
  asked: { readonly domains: readonly string[]; readonly provider: Provider },
  state: WorkspaceState,
): string[] {
  return asked.domains.filter(
    (domain) => (known[keyOf(asked.provider, domain)]?.state ?? 'unknown') === state,
  )
}
