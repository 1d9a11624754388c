import { domainToASCII } from 'node:url'
import { parse } from 'csv-parse/sync'
import { cmrText, pictureAddress } from '../../cmr/endpoints/fields.ts'
import { nameText } from '../../cmr/normal-forms.ts'
import { bounds, tooMany } from '../../commands/check.ts'

const mark = /[-*•·–—]|\(?\d{1,3}[.)]/.source
const wholeWord = new RegExp(`^(?:${mark})$`)
const beginsLine = new RegExp(`^[ \\t]*(?:${mark})[ \\t]+`, 'gm')

/** Returns whether a word is a bullet or a number, as it stands before the lines of a pasted list. */
function isListMark(word: string): boolean {
  return wholeWord.test(word)
}

/** A list as it was pasted, without what numbers or marks its lines: "1. Jane Doe", "• Jane Doe". */
function withoutListMarks(text: string): string {
  return text.replaceAll(beginsLine, '')
}

/** Domain names out of what was pasted. */
export interface DomainNames {
  /** In lower case, as the DNS has them, each once, in the order given. */
  readonly names: readonly string[]
  readonly repeated: readonly string[]
  /** What is no domain, as it was given. */
  readonly wrong: readonly string[]
}

/** RFC 1035, 2.3.4 and RFC 1123, 2.1 */
const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/
const LONGEST = 253

/** Reads names and URLs, whatever stands between them: lines, commas, spaces. */
export function parseDomainNames(given: string | readonly string[]): DomainNames {
  const words = [given]
    .flat()
    .join('\n')
    .split(/[\s,;|]+/)
    .filter((word) => word && !isListMark(word))
  // As a set: a pasted list may have thousands.
  const names = new Set<string>()
  const repeated: string[] = []
  const wrong: string[] = []
  for (const word of words) {
    const name = domainName(word)
    if (!name) wrong.push(word)
    else if (names.has(name)) repeated.push(name)
    else names.add(name)
  }
  return { names: [...names], repeated, wrong }
}

/** `https://www.Acme.com/about` → acme.com, `bücher.de` → xn--bcher-kva.de; undefined for what is no domain. */
function domainName(word: string): string | undefined {
  const bare = word
    .replace(/^<|>$/g, '')
    .replace(/^[a-z]+:\/\//i, '')
    .replace(/[/?#:].*$/, '')
    .replace(/^www\./i, '')
    .replace(/\.$/, '')
  if (!/^[\p{L}\p{M}\p{N}.-]+$/u.test(bare)) return undefined
  const name = domainToASCII(bare)
  const labels = name.split('.')
  const ending = labels.at(-1) ?? ''
  if (labels.length < 2 || name.length > LONGEST || !labels.every((one) => label.test(one))) return undefined
  return /^[a-z]{2,}$|^xn--/.test(ending) ? name : undefined
}

/** Somebody who gets a mailbox, as a line of a list names them. */
export interface OrderPerson {
  /** What the line gave; without it the pattern makes one. */
  readonly username?: string | undefined
  readonly firstName: string
  readonly lastName: string
  /** The https address of a picture. */
  readonly profilePicture?: string | undefined
  /** From 1. */
  readonly line: number
}

/** What is wrong with a line. */
export interface LineFault {
  readonly line: number
  readonly why: string
}

export interface People {
  readonly people: readonly OrderPerson[]
  readonly faults: readonly LineFault[]
}

const name = cmrText({ label: 'Name' })
/** What is meant as a picture: its address, or the picture itself, which CMR does not take. */
const picture = /(?:https?:\/\/|data:)\S+/i

/**
 * Reads a list of people, one a line: `jane Jane Doe`, `Jane Doe`, `Jane Doe <jane>`, `jane, Jane, Doe`,
 * `Jane, Doe`, or a table with a header such as `first,last,username`; several on one line as `Jane Doe, John Roe`.
 * Three words or more begin with the username where the first one is not capitalised. The address of a picture may
 * stand at the end: `Jane Doe https://acme.com/jane.png`.
 */
export function parsePeople(text: string): People {
  const lines = withoutListMarks(text)
    .split(/\r\n|\r|\n/)
    .map(personText)
  if (lines.length > bounds.listed)
    return { people: [], faults: [{ line: bounds.listed + 1, why: tooMany(lines.length, bounds.listed) }] }
  const first = lines.findIndex((line) => line.trim())
  if (first !== -1 && isHeader(lines[first] ?? '')) return peopleInTable(lines.slice(first).join('\n'), first)
  const people: OrderPerson[] = []
  const faults: LineFault[] = []
  for (const [at, line] of lines.entries()) {
    for (const one of peopleOn(line.trim())) sort({ ...partsOf(one), line: at + 1 }, people, faults)
  }
  return { people, faults }
}

/** Tabs stand between the cells of a table. */
function personText(line: string): string {
  return line.split('\t').map(nameText).join('\t')
}

/** Between commas stand several people where each part is a whole name; a part of one person's is a single word. */
function peopleOn(line: string): string[] {
  const parts = line
    .split(/[,;]/)
    .map((part) => part.trim())
    .filter(Boolean)
  if (parts.length === 0) return []
  return parts.every((part) => words(part).length > 1) ? parts : [line]
}

/** Puts somebody under the people, or under what is wrong. */
function sort(person: OrderPerson, people: OrderPerson[], faults: LineFault[]) {
  const { firstName, lastName, profilePicture, line } = person
  if (!firstName || !lastName) {
    faults.push({ line, why: 'it needs a first and a last name, such as “Jane Doe” or “jane Jane Doe”' })
    return
  }
  const refused = [firstName, lastName].map((one) => name.safeParse(one)).find((one) => !one.success)
  const address = pictureAddress.optional().safeParse(profilePicture)
  if (refused)
    faults.push({ line, why: refused.error?.issues[0]?.message ?? 'CMR does not accept this name' })
  else if (!address.success)
    faults.push({ line, why: 'give a picture by its address, such as https://acme.com/jane.png' })
  else people.push(person)
}

function partsOf(given: string): Omit<OrderPerson, 'line'> {
  const [profilePicture] = picture.exec(given) ?? []
  if (!profilePicture) return namesOf(given)
  const names = given.replace(profilePicture, '').replace(/(?<![\s,;])[\s,;]+$/, '')
  return { ...namesOf(names), profilePicture: profilePicture.replace(/[,;]+$/, '') }
}

function namesOf(line: string): Omit<OrderPerson, 'line'> {
  const named = /^([^<]*)<([^<>]+)>$/.exec(line)
  if (named) {
    const [firstName = '', ...last] = words(named[1] ?? '')
    return { username: beforeAt(named[2] ?? ''), firstName, lastName: last.join(' ') }
  }
  const separator = [',', ';', '\t'].find((one) => line.includes(one))
  if (separator) {
    const parts = line.split(separator).map((part) => part.trim())
    const [one = '', two = '', ...more] = parts
    if (parts.length === 2) return { firstName: one, lastName: two }
    return { username: beforeAt(one) || undefined, firstName: two, lastName: more.join(' ').trim() }
  }
  const [one = '', two = '', ...more] = words(line)
  const capital = /^\p{Lu}/u.test(one)
  if (more.length === 0 || capital) return { firstName: one, lastName: [two, ...more].join(' ').trim() }
  return { username: beforeAt(one), firstName: two, lastName: more.join(' ') }
}

const words = (text: string) => text.split(/\s+/).filter(Boolean)
const beforeAt = (text: string) => text.trim().split('@')[0] ?? ''

const columns: Record<'firstName' | 'lastName' | 'username' | 'profilePicture', RegExp> = {
  firstName: /^(first|given|fore)[ _-]?(name)?$/i,
  lastName: /^(last|family|sur)[ _-]?(name)?$/i,
  username: /^(user[ _-]?name|user|login|local[ _-]?part|e-?mail|address|mailbox)$/i,
  profilePicture: /^(profile[ _-]?)?(picture|photo)([ _-]?(url|address))?$/i,
}

function cells(line: string): string[] {
  return line.split(/[,;\t]/).map((cell) => cell.trim().replace(/^"|"$/g, ''))
}

function isHeader(line: string): boolean {
  const found = cells(line)
  return (
    found.some((cell) => columns.firstName.test(cell)) && found.some((cell) => columns.lastName.test(cell))
  )
}

/** @param offset lines above the header */
function peopleInTable(text: string, offset: number): People {
  const rows = parse(text, {
    bom: true,
    delimiter: [',', ';', '\t'],
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    trim: true,
    info: true,
  }) as unknown as { record: string[]; info: { lines: number } }[]
  const [header, ...body] = rows
  const place = (column: RegExp) => header?.record.findIndex((cell) => column.test(cell)) ?? -1
  const [first, last, user] = [place(columns.firstName), place(columns.lastName), place(columns.username)]
  const pictured = place(columns.profilePicture)
  const people: OrderPerson[] = []
  const faults: LineFault[] = []
  for (const { record, info } of body) {
    const person = {
      firstName: record[first] ?? '',
      lastName: record[last] ?? '',
      username: beforeAt(record[user] ?? '') || undefined,
      profilePicture: record[pictured] || undefined,
      line: offset + info.lines,
    }
    sort(person, people, faults)
  }
  return { people, faults }
}

/** A person as a line that is read back to the same: `jane, Jane, Doe`. */
export function lineOf({ username, firstName, lastName, profilePicture }: Omit<OrderPerson, 'line'>): string {
  const plain = [firstName, lastName].map((part) => part.replaceAll(/[,;\t]/g, ' ').trim())
  const cells = [...(username ? [username] : []), ...plain]
  // Commas between whole names would make several people of one.
  const names = cells.join(cells.every((cell) => words(cell).length > 1) ? '\t' : ', ')
  return profilePicture ? `${names} ${profilePicture}` : names
}
