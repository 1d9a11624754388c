import { domainName, isDomainName, thingName } from '../cmr/normal-forms.ts'
import type { Command, Doubt } from './command.ts'
import type { Field } from './field.ts'
import { flagWord, typedWord, type Word } from './grammar.ts'

/** A field that takes one domain was given several: each may be meant. */
export function severalDomains(
  { noun, verb, isOnlyVerb }: Command,
  fields: readonly Field[],
  given: ReadonlyMap<string, readonly Word[]>,
  words: readonly Word[],
): Doubt | undefined {
  const field = fields.find((one) => given.has(one.name) && takesOne(one))
  const said = field ? [...domainsAsCustomer(fields, given, words), ...(given.get(field.name) ?? [])] : []
  const joined = said.filter((word) => !/^(?:and|&|,|vs|or)$/i.test(word.text))
  const names = joined.flatMap((word) => partsOf(word).map((text) => ({ word, text })))
  const isNamed = ({ text }: { readonly text: string }) =>
    isDomainName(text) || (field?.picker !== 'domain' && text.includes('@'))
  if (names.length < 2 || !names.every(isNamed)) return undefined
  const ways = names.map(({ word: kept, text }) => ({
    label: field?.picker === 'domain' ? domainName(text) : thingName(text),
    rest: words.flatMap((word) => {
      if (word === kept) return kept.text === text ? [kept] : [withValue(kept, text)]
      return said.includes(word) ? [] : [word]
    }),
  }))
  const what = names.every(({ text }) => !text.includes('@')) ? 'domain' : 'name'
  return {
    sentence: `*${isOnlyVerb ? noun : `${noun} ${verb}`}* takes one ${what} at a time. Which one?`,
    ways,
  }
}

/** Whether a field takes one thing, which people call by a domain or an address. */
function takesOne({ name, kind, picker }: Field): boolean {
  return (
    kind === 'text' && (picker === 'domain' || picker === 'mailbox' || name === 'thing' || name === 'what')
  )
}

/** "acme.com,acme.io" is two names. */
function partsOf({ text, quoted }: Word): readonly string[] {
  return quoted ? [text] : text.split(/[,;|]/).filter(Boolean)
}

/** A word with another value, behind the same flag where it has one. */
function withValue({ flag, key }: Word, text: string): Word {
  const name = flag ?? key
  return name === undefined ? typedWord(text) : flagWord(name, text)
}

/** Domains that went to the place of the customer because the domain's was taken: "dns check acme.com acme.io". */
function domainsAsCustomer(
  fields: readonly Field[],
  given: ReadonlyMap<string, readonly Word[]>,
  words: readonly Word[],
): readonly Word[] {
  const whose = fields.find(({ picker }) => picker === 'user')
  const said = (whose && given.get(whose.name)) ?? []
  const isBare = (word: Word) =>
    !word.quoted &&
    !word.text.includes('@') &&
    isDomainName(word.text) &&
    words.includes(word) &&
    words[words.indexOf(word) - 1]?.flag === undefined
  return said.every(isBare) ? said : []
}
