import type { CommandContext } from '../../commands/context.ts'
import { pictureGiven } from '../../commands/given-files.ts'
import { ended } from '../../directory/store/rows.ts'
import type { LineFault, OrderPerson } from './pasted.ts'

/** A mailbox as CMR's orders name it ("Creates order json"). */
interface NewMailbox {
  readonly username: string
  readonly firstName: string
  readonly lastName: string
  readonly profilePicture?: string
  readonly onWarmup?: boolean
}

/** The mailboxes of an order, by their domain. */
export type MailboxesByDomain = Readonly<Record<string, readonly NewMailbox[]>>

/** Mailboxes by domain, and what people should know of how they came about. */
export interface Addresses {
  readonly byDomain: MailboxesByDomain
  /** Names that had to be written otherwise: "José García → jose.garcia". */
  readonly rewritten: readonly string[]
  readonly faults: readonly LineFault[]
}

export const defaultPattern = '{first}.{last}'

/** What a pattern may hold, and what stands for it. */
const tokens: Record<string, (first: string, last: string) => string> = {
  '{first}': (first) => first,
  '{last}': (_, last) => last,
  '{f}': (first) => first.charAt(0),
  '{l}': (_, last) => last.charAt(0),
}

/** RFC 5321, 4.5.3.1.1 */
const LONGEST = 64

/** @returns a sentence about what is wrong with a pattern, or nothing */
export function patternFault(pattern: string): string | undefined {
  const rest = Object.keys(tokens).reduce((left, token) => left.replaceAll(token, ''), pattern)
  if (rest === pattern) return 'A pattern needs {first}, {last}, {f} or {l}, such as {first}.{last}'
  if (/[^a-z0-9._-]/i.test(rest)) return `“${rest}” cannot be in an address. Use letters, digits, . _ and -`
  return undefined
}

/**
 * Everybody's address on every domain, or spread over the domains one after the other.
 * Letters with marks become plain ones (é → e); what cannot stand in an address, or comes twice, is a fault.
 */
export function addressesOf(wanted: {
  readonly people: readonly OrderPerson[]
  readonly domains: readonly string[]
  readonly pattern?: string | undefined
  readonly spread?: boolean | undefined
  readonly onWarmup?: boolean | undefined
}): Addresses {
  const { people, domains, pattern = defaultPattern, spread = false, onWarmup = false } = wanted
  const byDomain: Record<string, NewMailbox[]> = {}
  const rewritten: string[] = []
  const faults: LineFault[] = []
  const taken = new Map<string, number>()
  for (const [at, person] of people.entries()) {
    const { firstName, lastName, profilePicture, line } = person
    const raw = person.username ?? applied(pattern, firstName, lastName)
    const username = plainLocalPart(raw)
    const fault = localPartFault(username)
    if (fault) {
      faults.push({ line, why: `“${raw}” cannot be an address: ${fault}` })
      continue
    }
    if (!isPlain(person.username ?? `${firstName}${lastName}`)) {
      rewritten.push(`${firstName} ${lastName} → ${username}`)
    }
    const places = spread ? [domains[at % domains.length] ?? ''] : domains
    const [twice] = places.flatMap((domain) => taken.get(`${username}@${domain}`) ?? [])
    if (twice !== undefined) {
      faults.push({
        line,
        why: `${username} is there twice: line ${twice} has it already. Give one of them a different username`,
      })
      continue
    }
    for (const domain of places) {
      taken.set(`${username}@${domain}`, line)
      byDomain[domain] ??= []
      byDomain[domain].push({
        username,
        firstName,
        lastName,
        ...(profilePicture && { profilePicture }),
        ...(onWarmup && { onWarmup }),
      })
    }
  }
  return { byDomain, rewritten, faults }
}

function applied(pattern: string, first: string, last: string): string {
  const bare = (text: string) => plainLocalPart(text).replaceAll('.', '')
  return Object.entries(tokens).reduce(
    (made, [token, value]) => made.replaceAll(token, value(bare(first), bare(last))),
    pattern,
  )
}

/** Letters that carry no mark which could be taken off. */
const written: Record<string, string> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
}

/** In lower case and without marks, apostrophes and spaces: "O’Neil" → "oneil". */
function plainLocalPart(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[ßæœøłđðþı]/g, (letter) => written[letter] ?? letter)
    .normalize('NFKD')
    .replaceAll(/[\p{M}'\s]/gu, '')
}

const isPlain = (text: string) => /^[\w.-]*$/.test(text)

function localPartFault(username: string): string | undefined {
  if (!username) return 'nothing of it is left'
  const forbidden = [...new Set(username.replaceAll(/[a-z0-9._-]/g, ''))]
  if (forbidden.length) return `${forbidden.map((one) => `“${one}”`).join(' ')} is not allowed there`
  if (username.length > LONGEST)
    return `it has ${username.length} characters, and at most ${LONGEST} are allowed`
  if (/^[.-]|[.-]$|\.\./.test(username))
    return 'it begins or ends with a dot or hyphen, or has two dots in a row'
  return undefined
}

/** Those of the addresses that the customer has already, and would pay for again. Throws CmrError. */
export async function existingAddresses(
  { cmr }: CommandContext,
  userId: string,
  byDomain: Readonly<Record<string, readonly NewMailbox[]>>,
): Promise<string[]> {
  const { data } = await cmr.mailboxes.list({ query: { userId } })
  const alive = data.rows.filter(({ status }) => !ended(status))
  const there = new Set(alive.map(({ email }) => email?.toLowerCase()))
  return Object.entries(byDomain)
    .flatMap(([domain, people]) => people.map(({ username }) => `${username}@${domain}`))
    .filter((address) => there.has(address.toLowerCase()))
}

/** A picture that somebody gave, by Slack's id and the name it had. */
export interface Picture {
  readonly id: string
  readonly name: string
}

/**
 * Whose picture is whose: `jane@acme.com.png` is that address's, `jane.png` that of jane on every domain.
 * @returns address → picture, and the names of those that are nobody's
 */
export function matchPictures(pictures: readonly Picture[], byDomain: MailboxesByDomain) {
  const matched: Record<string, Picture> = {}
  const unmatched: string[] = []
  for (const picture of pictures) {
    const stem = picture.name.toLowerCase().replace(/\.(jpe?g|png)$/, '')
    const whose = Object.entries(byDomain).flatMap(([domain, list]) =>
      list
        .filter(({ username }) => stem === username || stem === `${username}@${domain}`)
        .map(({ username }) => `${username}@${domain}`),
    )
    if (whose.length === 0) unmatched.push(picture.name)
    // A picture of one address goes before one of a name.
    for (const address of whose) if (!matched[address] || stem.includes('@')) matched[address] = picture
  }
  return { matched, unmatched }
}

/** Pictures as people gave them, to be sent. @throws InputError for what is none, or what Slack does not give */
export async function picturesGiven(context: CommandContext, ids: readonly string[]) {
  return Promise.all(
    ids.map(async (id) => {
      const { name, type, bytes } = await pictureGiven(context, id, 'files')
      return { id, name, blob: new File([bytes], name, { type }) }
    }),
  )
}

/** Pictures by address; nothing where none was given. @throws InputError */
export async function filesFor(
  context: CommandContext,
  ids: readonly string[] | undefined,
  byDomain: MailboxesByDomain,
): Promise<Record<string, File> | undefined> {
  if (!ids?.length) return undefined
  const pictures = await picturesGiven(context, ids)
  const { matched } = matchPictures(pictures, byDomain)
  const blobs = new Map(pictures.map(({ id, blob }) => [id, blob]))
  return Object.fromEntries(
    Object.entries(matched).flatMap(([address, { id }]) => {
      const blob = blobs.get(id)
      return blob ? [[address, blob]] : []
    }),
  )
}

/** The same as the endpoints' schemas take it. */
export function mutable(byDomain: MailboxesByDomain): Record<string, NewMailbox[]> {
  return Object.fromEntries(Object.entries(byDomain).map(([name, list]) => [name, [...list]]))
}
