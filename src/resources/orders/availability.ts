import { readWorkspaces, type WorkspaceState } from '../../cmr/answers/domains.ts'
import { CmrError } from '../../cmr/errors.ts'
import { toCents } from '../../cmr/money.ts'
import type { CommandContext } from '../../commands/context.ts'

/** The availability of a domain as CMR reported it. */
export interface Availability {
  /** Undefined where CMR does not say. */
  readonly available: boolean | undefined
  /** A year's price in cents. */
  readonly cents: number | undefined
  readonly askedAt: string
}

export type KnownDomains = Readonly<Record<string, Availability>>

/** A name that can be had instead, and a year's price in cents. */
export interface Offer {
  readonly domain: string
  readonly cents: number | undefined
}

/** Prices and availability change seldom; after this they are asked again before anything is charged. */
const FRESH_MS = 10 * 60 * 1000

/** Returns whether something that was asked before still stands. */
function isFresh(asked: { readonly askedAt: string } | undefined, now: Date): boolean {
  return asked !== undefined && now.getTime() - Date.parse(asked.askedAt) < FRESH_MS
}

/** Names that an order could not have, as if CMR had been asked for them. */
export function takenNow(names: readonly string[], now: Date): KnownDomains {
  const taken = { available: false, cents: undefined, askedAt: now.toISOString() }
  return Object.fromEntries(names.map((name) => [name, taken]))
}

/**
 * Asks CMR about the names it has not just told about, each by itself.
 * @returns what is known now, and the failure where CMR did not tell everything
 */
export async function askAvailability(
  { cmr, clock }: CommandContext,
  names: readonly string[],
  known: KnownDomains = {},
  tell: (progress: string) => void = () => undefined,
): Promise<{ known: KnownDomains; failure?: CmrError }> {
  const open = names.filter((name) => !isFresh(known[name], clock()))
  let done = 0
  const asked = await Promise.allSettled(
    open.map(async (domain) => {
      const { data } = await cmr.domains.available({ body: { domain } })
      tell(`Asking CMR for names and prices: ${++done} of ${open.length}…`)
      const told: Availability = {
        available: data.available,
        cents: toCents(data.price),
        askedAt: clock().toISOString(),
      }
      return [domain, told] as const
    }),
  )
  const told = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  const failed = asked.find((one) => one.status === 'rejected')
  if (failed && !(failed.reason instanceof CmrError)) throw failed.reason
  return { known: { ...known, ...Object.fromEntries(told) }, ...(failed && { failure: failed.reason }) }
}

/** How many names one form offers: Slack draws ten checkboxes. */
const OFFERS = 10
/** Names in place of one. */
const EACH = 5
/** Each asks CMR once. */
const MOST_REPLACED = 5

/** Names that are free, by a keyword. */
export async function suggestions(
  { cmr }: CommandContext,
  keyword: string,
  limit = OFFERS,
): Promise<Offer[]> {
  const { data } = await cmr.domains.suggest({ body: { keyword, limit } })
  return data.rows.slice(0, limit).map(({ domain, price }) => ({ domain, cents: toCents(price) }))
}

/** Names that are free, in place of those that are not. */
export async function replacementsFor(
  context: CommandContext,
  taken: readonly string[],
  besides: readonly string[],
): Promise<Offer[]> {
  const asked = taken.slice(0, MOST_REPLACED)
  const each = Math.min(EACH, Math.floor(OFFERS / asked.length))
  const found = await Promise.all(
    asked.map((name) => suggestions(context, name.split('.')[0] ?? name, each + besides.length)),
  )
  const offers = found.flatMap((list) =>
    list.filter(({ domain }) => !besides.includes(domain)).slice(0, each),
  )
  return offers
    .filter(({ domain }, at) => offers.findIndex((one) => one.domain === domain) === at)
    .slice(0, OFFERS)
}

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
