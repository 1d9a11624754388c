import { domainToASCII } from 'node:url'

/**
 * The one form in which the bot keeps and sends each kind of value, whatever people typed, pasted or uploaded: what
 * cannot be seen is not part of a name. What has no such form is returned as it was given, for its field to refuse.
 */

/** Joiners and variation selectors, which words of some scripts and emoji are made of. */
const joining = '\\u200C\\u200D\\uFE00-\\uFE0F\\u{E0020}-\\u{E007F}\\u{E0100}-\\u{E01EF}'
const invisible = /\p{Default_Ignorable_Code_Point}/gu
const invisibleInText = new RegExp(`(?![${joining}])\\p{Default_Ignorable_Code_Point}`, 'gu')
/** Joiners that no script needs: those between letters that do not join. */
const strayJoiner =
  /(?<![\p{L}\p{M}])[\u200C\u200D]|(?<=[\p{sc=Latn}\p{sc=Grek}\p{sc=Cyrl}\p{sc=Hani}])[\u200C\u200D]/gu
/** Every space that is not the plain one, and no line break. */
const otherSpaces = /[^\S\t\n\v\f\r ]/gu
const fullWidth = /[\uFF01-\uFF5E]/g

/** Most words are: a long text is taken apart into thousands of them. */
const plainAlready = /^[!-~]*$/

/** Text of any kind: without what cannot be seen, with plain spaces, and without those around it. */
export function plainText(text: string): string {
  if (plainAlready.test(text)) return text
  return text.replace(invisibleInText, '').replace(otherSpaces, ' ').trim()
}

/** A word that names something: also without joiners, and in plain letters where it is in full-width ones. */
function identifier(text: string): string {
  if (plainAlready.test(text)) return text
  return text.normalize('NFKC').replace(invisible, '').replace(otherSpaces, ' ').trim()
}

/** A name or a line of an address, in the apostrophes and hyphens that CMR takes ("Create User"). */
export function nameText(text: string): string {
  return plainText(text)
    .normalize('NFC')
    .replace(strayJoiner, '')
    .replace(fullWidth, (character) => String.fromCodePoint((character.codePointAt(0) ?? 0) - 0xfee0))
    .replace(/[\t\n\v\f\r]+/g, ' ')
    .replace(/[‘’‚‛ʼ′`´]/g, "'")
    .replace(/[‐‑‒–—―−]/g, '-')
}

/** Digits of every script as those that CMR takes. */
export function plainDigits(text: string): string {
  return identifier(text)
    .replace(/(?![0-9])\p{Nd}/gu, (digit) => String(digitValue(digit)))
    .replace(/[−–—]/g, '-')
}

/** Digits of a script stand together, from zero on (Unicode, 4.6). */
function digitValue(digit: string): number {
  const point = digit.codePointAt(0) ?? 0
  let before = point
  while (/\p{Nd}/u.test(String.fromCodePoint(before - 1))) before--
  return (point - before) % 10
}

/** No address is longer, and what stands around one is looked for in time that grows with its square. */
const LONGEST_ADDRESS = 1000

/** RFC 1035, 2.3.4; an underscore begins names such as _dmarc. */
const label = /^[a-z\d_](?:[a-z\d_-]{0,61}[a-z\d_])?$/
const LONGEST = 253

/** `Mail.Example.COM.`, `bücher.de` → mail.example.com, xn--bcher-kva.de; undefined for what is no host's name. */
function hostIn(text: string): string | undefined {
  if (text.length > LONGEST_ADDRESS) return undefined
  const bare = text.replace(/[.。．｡]+$/u, '')
  if (!/^[\p{L}\p{M}\p{N}_.。．｡-]+$/u.test(bare)) return undefined
  const ascii = /[^\p{ASCII}]/u.test(bare) ? domainToASCII(bare) : bare.toLowerCase()
  const labels = ascii.split('.')
  if (labels.length < 2 || ascii.length > LONGEST || !labels.every((one) => label.test(one))) return undefined
  // Four numbers are an address.
  return /^\d+$/.test(labels.at(-1) ?? '') ? undefined : ascii
}

/** The name of a host, such as a nameserver. */
export function hostName(text: string): string {
  const word = identifier(text)
  return hostIn(word) ?? word
}

/** `*acme.com*`, `_acme.com_`: the signs of Slack's formatting that stand around a whole name. */
function withoutFormatting(word: string): string {
  return word.replace(/^([*_~`])(\S+)\1$/, '$2')
}

/** What stands around a domain where it was copied from: a scheme and a path, quotes, brackets, a comma. */
function withoutAddress(word: string): string {
  if (word.length > LONGEST_ADDRESS) return word
  return withoutFormatting(word)
    .replace(/^[\s"'“”„«‘’(<[]+|[\s"'“”»‘’)>\],;]+$/gu, '')
    .replace(/^(?:[a-z][a-z\d+.-]*:\/\/|@)/i, '')
    .replace(/[/?#].*$|:\d+$/s, '')
}

/** `https://www.Acme.com/about`, `ACME.COM.`, `bücher.de` → acme.com, acme.com, xn--bcher-kva.de. */
export function domainName(text: string): string {
  const word = identifier(text)
  const host = hostIn(withoutAddress(word))
  return host?.replace(/^www\.(?=.+\.)/, '') ?? word
}

/** Returns whether a text is a domain in any of its forms. */
export function isDomainName(text: string): boolean {
  return hostIn(withoutAddress(identifier(text))) !== undefined
}

/** `Jane Doe <Jane@ACME.com>`, `mailto:jane@acme.com`, `jane@bücher.de,` → jane@…, the domain as `domainName` has it. */
export function emailAddress(text: string): string {
  const word = identifier(text)
  if (word.length > LONGEST_ADDRESS) return word
  const inside = /<([^<>]+@[^<>]+)>[\s,;.]*$/.exec(word)?.[1] ?? withoutFormatting(word)
  const bare = inside
    .replace(/^[\s"'“”„«‘’(<[]*(?:mailto:)?/iu, '')
    .replace(/[\s"'“”»‘’)>\],;.]+$/gu, '')
    .replace(/\?.*$/s, '')
  const [, local, domain = ''] = /^([^\s@<>",;]+)@([^\s@]+)$/.exec(bare) ?? []
  const host = hostIn(domain)
  return local && host ? `${local}@${host}` : word
}

/** What people call a thing that CMR has: an address, a domain, or any other name or id. */
export function thingName(text: string): string {
  const word = withoutFormatting(identifier(text))
  if (word.includes('@')) return emailAddress(text)
  const isDotted = /^\S+$/.test(word) && /\.\p{L}/u.test(word)
  return isDotted && isDomainName(text) ? domainName(text) : withoutFormatting(plainText(text))
}

/** What people call a customer: as above, but a company's name is no domain for the dot in it, as in Müller.GmbH. */
export function customerName(text: string): string {
  return /[^\p{ASCII}]/u.test(identifier(text)) && !text.includes('@') ? plainText(text) : thingName(text)
}

/** Returns whether two texts are the same name: what is typed to confirm a deletion, and what is to be deleted. */
export function isSameName(one: string, other: string): boolean {
  const form = (text: string) => nameText(thingName(identifier(text))).toLowerCase()
  return form(one) === form(other)
}
