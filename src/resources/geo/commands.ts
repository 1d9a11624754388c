import { z } from 'zod'
import { geo } from '../../cmr/endpoints/geo.ts'
import { command } from '../../commands/command.ts'
import type { CommandContext } from '../../commands/context.ts'
import type { Place } from '../../commands/places.ts'
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
