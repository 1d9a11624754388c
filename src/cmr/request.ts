import type { Endpoint, RequestOf } from './endpoint.ts'
import { allEndpoints } from './endpoints/index.ts'
import { CmrError } from './errors.ts'

/** Returns a refusal of our own: nothing has left. */
function notSent(endpoint: Endpoint, sentence: string): CmrError {
  return new CmrError(sentence, { kind: 'invalid', endpoint: endpoint.id, mayHaveBeenAccepted: false })
}

/** Refuses what CMR would refuse, before a request is spent on it. */
export function checked(endpoint: Endpoint, request: RequestOf<Endpoint>) {
  const query = endpoint.query.safeParse(request.query ?? {})
  const body = endpoint.body.safeParse(request.body)
  const issue = query.error?.issues[0] ?? body.error?.issues[0]
  if (issue) throw notSent(endpoint, `${issue.path.join('.') || 'The request'}: ${issue.message}`)
  return { query: query.data ?? {}, body: body.data as Record<string, unknown> | undefined }
}

export function renamed(
  body: Record<string, unknown> | undefined,
  rename: Readonly<Record<string, string>> = {},
) {
  if (!body) return undefined
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [rename[name] ?? name, value]))
}

/** Takes out of a body what a correction sends as a header. Texts alone can be one. */
export function withoutHeaders(
  body: Record<string, unknown> | undefined,
  corrected: Readonly<Record<string, string>> = {},
): { body: Record<string, unknown> | undefined; headers: Record<string, string> } {
  const headers: Record<string, string> = {}
  if (!body) return { body, headers }
  const kept = Object.entries(body).filter(([name, value]) => {
    const header = corrected[name]
    if (!header || value === undefined) return true
    headers[header] = String(value)
    return false
  })
  return { body: Object.fromEntries(kept), headers }
}

/** Files go as parts named `files[user@domain]`; what is not text goes as JSON. */
export function multipart(body: Record<string, unknown>): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(body)) {
    if (value === undefined) continue
    if (name === 'files') {
      for (const [address, file] of Object.entries(value as Record<string, Blob>))
        form.append(`files[${address}]`, file)
    } else form.append(name, typeof value === 'string' ? value : JSON.stringify(value))
  }
  return form
}

/** Keys go into the header alone: people paste them into texts by mistake. */
export function keyInside(endpoint: Endpoint): CmrError {
  return notSent(endpoint, 'This contains the API key. Take it out, then send it again.')
}

export function noSandbox(endpoint: Endpoint): CmrError {
  return new CmrError(
    'CMR’s sandbox for pre-warmed mailboxes is not set up here. It needs its own key and address.',
    {
      kind: 'not-set-up',
      endpoint: endpoint.id,
      mayHaveBeenAccepted: false,
      adminHint: 'Set them in CMR_SANDBOX_API_KEY and CMR_SANDBOX_API_URL, and restart the bot.',
    },
  )
}

/** A request as it is about to leave, under the names and the address that a correction gave it. */
interface Outgoing {
  readonly path: string
  readonly fields: Readonly<Record<string, unknown>>
  readonly rename?: Readonly<Record<string, string>> | undefined
}

/**
 * Refuses a write that names nothing to act on. CMR reads a missing or an empty list of `domains` as *all of the
 * user's domains* ("Renew domain", "Enable or disable domain auto-renew"). This is the last look before a request
 * leaves, so it does not matter which form, look-up or correction lost the names.
 * @throws CmrError `invalid`; nothing was sent
 */
export function refuseUnnarrowed(endpoint: Endpoint, outgoing: Outgoing): void {
  const { fields, rename = {} } = outgoing
  const needed = [
    { by: endpoint, names: endpoint.narrowedBy.map((name) => rename[name] ?? name) },
    // CMR documents these names, so no correction moves them; and a correction may have turned a harmless
    // endpoint into one that acts on everything.
    ...[endpoint, ...actingOnEverythingAt(outgoing.path)]
      .filter(({ withoutItems }) => withoutItems === 'everything')
      .map((by) => ({ by, names: by.narrowedBy })),
  ].filter(({ by, names }) => by.effect !== 'read' && names.length > 0)

  for (const { by, names } of needed) {
    const given = names.filter((name) => fields[name] !== undefined)
    const isNarrow = by.withoutItems === 'everything' ? isListOfNames : namesSomething
    if (given.length > 0 && given.every((name) => isNarrow(fields[name]))) continue
    const otherwise =
      by.withoutItems === 'everything'
        ? ' Without a name, CMR would act on everything that the customer has.'
        : ''
    throw notSent(endpoint, `${names.join(' or ')}: name at least one.${otherwise} Nothing was sent.`)
  }
}

/** Writes at this address that act on everything where they name nothing, whatever their method. */
function actingOnEverythingAt(path: string): readonly Endpoint[] {
  return allEndpoints.filter(
    (one) => one.withoutItems === 'everything' && one.effect !== 'read' && samePath(one.path, path),
  )
}

/** Returns whether two paths may be one to a server: many ignore case, doubled slashes and a slash at the end. */
export function samePath(one: string, other: string): boolean {
  return plainPath(one) === plainPath(other)
}

function plainPath(path: string): string {
  // The base of the URL resolves `.` and `..` the way fetch does.
  const { pathname } = new URL(path.replaceAll(/\/+/g, '/'), 'http://cmr')
  return decoded(pathname).replaceAll(/\/+/g, '/').replace(/\/$/, '').toLowerCase()
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

/** Returns whether a value names things: text that is not blank, or a list of at least one, none of them blank. */
function namesSomething(value: unknown): boolean {
  if (typeof value === 'string') return value.trim() !== ''
  if (Array.isArray(value)) return value.length > 0 && value.every(namesSomething)
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0
}

/** What CMR may read as no list at all is none: it has to be a list, of text that is not blank. */
function isListOfNames(value: unknown): boolean {
  return Array.isArray(value) && value.every((name) => typeof name === 'string') && namesSomething(value)
}
