import { z } from 'zod'
import { geo } from '../../cmr/endpoints/geo.ts'
import { CmrError } from '../../cmr/errors.ts'
import { command, InputError } from '../../commands/command.ts'
import type { CommandContext } from '../../commands/context.ts'
import { type Place, placeCalled } from '../../commands/places.ts'
import { code, escapeText, type Message, section, sections } from '../../slack/blocks.ts'

/** Names and codes of places, as `geo countries` and `geo states` show them. */
export function placeList(title: string, places: readonly Place[]): Message {
  const text = `${escapeText(title)}: ${places.length || 'none'}`
  const lines = places.map((place) => `${escapeText(place.name)} ${code(place.code)}`)
  return { text, blocks: [section(`*${text}*`), ...sections(lines, ' · ')] }
}

const rowsOf = (places: readonly Place[]) => places.map(({ name, code }) => ({ name, code }))

/** Those whose name holds it. */
async function countriesWith({ places }: CommandContext, search = ''): Promise<readonly Place[]> {
  const wanted = search.toLowerCase()
  return (await places.countries()).filter(({ name }) => name.toLowerCase().includes(wanted))
}

/** `/cmr geo …` */
export const geoCommands = [
  command({
    noun: 'geo',
    verb: 'countries',
    summary: 'List countries',
    customers: 'nobodys',
    about: 'Lists the countries that CMR accepts in addresses.',
    effect: geo.countries.effect,
    input: z.object({ search: z.string().optional().meta({ label: 'Search' }) }),
    positional: ['search'],
    async run(context, { search }) {
      return { message: placeList('Countries', await countriesWith(context, search)) }
    },
    rows: async (context, { search }) => rowsOf(await countriesWith(context, search)),
  }),
  command({
    noun: 'geo',
    verb: 'states',
    summary: 'List a country’s states',
    customers: 'nobodys',
    about: 'Lists the states and provinces of a country that CMR accepts in addresses.',
    effect: geo.states.effect,
    submit: 'Show',
    input: geo.states.query,
    positional: ['countryCode'],
    async run({ places }, { countryCode }) {
      const states = await places.states(countryCode)
      return { message: placeList(`States of ${countryCode.toUpperCase()}`, states) }
    },
    rows: async ({ places }, { countryCode }) => rowsOf(await places.states(countryCode)),
  }),
]

/** States that a refusal names. */
const NAMED = 5

/**
 * Returns a state as CMR lists it, whether it was picked in a form, typed or given in a file: "NY" is New York. Where
 * CMR lists none for the country, or cannot be asked, it stays as it was given.
 * @throws InputError for what is no state of that country
 */
export async function stateAsListed(
  { places }: Pick<CommandContext, 'places'>,
  { country, state }: { readonly country: string; readonly state: string },
): Promise<string> {
  const states = await places.states(country).catch((error: unknown) => {
    if (error instanceof CmrError) return []
    throw error
  })
  if (states.length === 0) return state
  const found = placeCalled(states, state)
  if (found) return found.name
  const begins = states.filter(({ name }) => name.toLowerCase().startsWith(state.slice(0, 2).toLowerCase()))
  const some = (begins.length > 0 ? begins : states).slice(0, NAMED).map(({ name }) => name)
  throw new InputError(
    'state',
    `CMR lists no state “${state}” in ${country}. It lists ${some.join(', ')} and others.`,
  )
}
