import { z } from 'zod'
import { endpoint } from '../endpoint.ts'

/** Name → code. */
const places = z.record(z.string(), z.string())

export const geo = {
  countries: endpoint({
    id: 'geo.countries',
    page: 'Get Countries List',
    method: 'GET',
    path: '/geo/countries',
    answer: places,
    effect: 'read',
  }),
  states: endpoint({
    id: 'geo.states',
    page: 'Get States of a Country',
    method: 'GET',
    path: '/geo/states',
    query: z.object({
      countryCode: z
        .string()
        .regex(/^[A-Za-z]{2}$/, 'Give the two-letter code, such as US.')
        .meta({ label: 'Country', picker: 'country' }),
    }),
    answer: places,
    effect: 'read',
  }),
}
