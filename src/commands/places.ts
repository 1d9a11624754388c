import { LRUCache } from 'lru-cache'
import type { Cmr } from '../cmr/client.ts'
import { millisecondsInDay } from '../process/dates.ts'

/** A place as people and CMR name it. */
export interface Place {
  readonly name: string
  readonly code: string
}

/** Countries and states, asked of CMR once a day: they change rarely ("Geo"). */
export interface Places {
  countries(): Promise<readonly Place[]>
  /** @param country ISO 3166 two-letter code */
  states(country: string): Promise<readonly Place[]>
  /** What is there at once, where CMR does not answer: the ISO list. */
  knownCountries(): Promise<readonly Place[]>
}

/** The place that people mean by its name or code, whatever its accents: "NY", "US-NY", "State of New York". */
export function placeCalled(places: readonly Place[], said: string): Place | undefined {
  const name = bareName(said)
  const code = said.trim().toUpperCase()
  return (
    places.find((one) => bareName(one.name) === name) ??
    places.find(
      (one) => one.code.toUpperCase() === code || one.code.toUpperCase() === code.split(/[-\s]/).at(-1),
    ) ??
    places.find(
      (one) => code.endsWith(`-${one.code.toUpperCase()}`) || one.code.toUpperCase().endsWith(`-${code}`),
    )
  )
}

function bareName(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\b(?:the|state|province|region|county|of)\b/g, '')
    .replace(/[^\p{L}\p{N}]/gu, '')
}

/** Loaded when a form first needs it: its tables cost a tenth of the start. */
const phones = () => import('libphonenumber-js/min')

/** One question to CMR at a time for each country; a failure is not remembered. */
export function createPlaces(cmr: Cmr): Places {
  const cache = new LRUCache<string, readonly Place[]>({
    max: 300,
    ttl: millisecondsInDay,
    fetchMethod: async (country) => {
      const { data } = country
        ? await cmr.geo.states({ query: { countryCode: country } })
        : await cmr.geo.countries()
      return Object.entries(data).map(([name, code]) => ({ name, code }))
    },
  })
  return {
    countries: async () => (await cache.fetch('')) ?? [],
    states: async (country) => (await cache.fetch(country.toUpperCase())) ?? [],
    async knownCountries() {
      const { getCountries } = await phones()
      const names = new Intl.DisplayNames('en', { type: 'region' })
      const all = getCountries().map((code) => ({ name: names.of(code) ?? code, code }))
      return all.sort((a, b) => a.name.localeCompare(b.name))
    },
  }
}
