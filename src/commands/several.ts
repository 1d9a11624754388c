import { domainName, isDomainName, thingName } from '../cmr/normal-forms.ts'
import type { Command, Doubt } from './command.ts'
import type { Field } from './field.ts'
import type { Word } from './grammar.ts'

/** A field that takes one domain was given several: each may be meant. */
export function severalDomains(
  { noun, verb, isOnlyVerb }: Command,
  fields: readonly Field[],
  given: ReadonlyMap<string, readonly Word[]>,
  words: readonly Word[],
): Doubt | undefined {
  const field = fields.find(
    ({ name, kind }) => (name === 'domain' || name === 'thing') && kind === 'text' && given.has(name),
  )
  const said = field ? [...domainsAsCustomer(fields, given, words), ...(given.get(field.name) ?? [])] : []
  const names = said.filter((word) => !/^(?:and|&|,|vs|or)$/i.test(word.text))
  const isNamed = ({ text }: Word) => isDomainName(text) || (field?.name === 'thing' && text.includes('@'))
  if (names.length < 2 || !names.every(isNamed)) return undefined
  const ways = names.map((kept) => ({
    label: field?.name === 'thing' ? thingName(kept.text) : domainName(kept.text),
    rest: words.filter((word) => word === kept || !said.includes(word)),
  }))
  const what = names.every(({ text }) => !text.includes('@')) ? 'domain' : 'name'
  return {
    sentence: `*${isOnlyVerb ? noun : `${noun} ${verb}`}* takes one ${what} at a time. Which one?`,
    ways,
  }
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
