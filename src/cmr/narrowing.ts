import type { Endpoint } from './endpoint.ts'
import { allEndpoints } from './endpoints/index.ts'
import { CmrError } from './errors.ts'

/** A request as it is about to leave, under the names and the address that a correction gave it. */
export interface Outgoing {
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
    throw new CmrError(`${names.join(' or ')}: name at least one.${otherwise} Nothing was sent.`, {
      kind: 'invalid',
      endpoint: endpoint.id,
      mayHaveBeenAccepted: false,
    })
  }
}

/** Writes at this address that act on everything where they name nothing, whatever their method. */
export function actingOnEverythingAt(path: string): readonly Endpoint[] {
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
