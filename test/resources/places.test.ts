import fc from 'fast-check'
import { getCountries, getCountryCallingCode, getExampleNumber } from 'libphonenumber-js'
import examples from 'libphonenumber-js/mobile/examples'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { userFields } from '../../src/cmr/endpoints/users.ts'
import { check } from '../../src/commands/check.ts'
import { countryCode } from '../../src/commands/places.ts'
import { csvText, customerRow } from '../support/csv.ts'
import { eventually } from '../support/eventually.ts'
import { giveFile } from '../support/imports.ts'
import { shareWorld, type World } from '../support/world.ts'

let world: World
let close: () => Promise<void>
beforeAll(async () => {
  const shared = await shareWorld()
  world = shared
  close = shared.close
})
afterEach(async () => {
  while (world.modalOf(world.ana.id)) await world.interactions.close(world.ana.id)
})
afterAll(() => close())

test.each([
  ['USA', 'US'],
  ['United States of America', 'US'],
  ['the U.S.A.', 'US'],
  ['UK', 'GB'],
  ['England', 'GB'],
  ['GBR', 'GB'],
  ['Deutschland', 'DE'],
  ['Österreich', 'AT'],
  ['Cote d’Ivoire', 'CI'],
  ['Korea, Republic of', 'KR'],
  ['Korea (Republic of)', 'KR'],
  ['us', 'US'],
  ['Congo', undefined],
  ['Korea', undefined],
  ['Atlantis', undefined],
  ['', undefined],
])('%s is the country %s', (name, code) => {
  expect(countryCode(name)).toBe(code)
})

/** What the picker of a field in the form for a customer offers. */
async function offered(field: string, typed: string, country?: string): Promise<string[]> {
  const ask = { action_id: `form.${field}${country ? `:${country}` : ''}`, block_id: field, value: typed }
  const place = { person: world.ana.id, view: String(world.modalOf(world.ana.id)?.id), values: {} }
  const answer = (await world.interactions.options(place, ask)) as { options?: { value: string }[] }
  return (answer.options ?? []).map(({ value }) => value)
}

test('the form finds a country as the file does, and says what to do for a state before it', async () => {
  await world.say('/cmr users create')
  await world.opened()
  for (const [typed, code] of [
    ['USA', 'US'],
    ['United States of America', 'US'],
    ['UK', 'GB'],
    ['England', 'GB'],
    ['deutschl', 'DE'],
  ])
    expect((await offered('country', String(typed)))[0]).toBe(code)
  expect(await offered('country', 'Atlantis')).toEqual([])
  expect((await offered('state', 'NY', 'US'))[0]).toBe('New York')
  expect((await offered('state', 'new york', 'US'))[0]).toBe('New York')
  expect(await offered('state', 'New')).toEqual(['?'])
})

const customer = {
  email: 'new@example.com',
  company: 'Acme',
  firstName: 'Jane',
  lastName: 'Doe',
  country: 'DE',
  state: 'Berlin',
  city: 'Berlin',
  postalCode: '10115',
  addressLineOne: '1 Street',
  languagePreference: 'en',
}
const phoneOf = (given: Record<string, string>) => {
  const checked = check(userFields, { ...customer, ...given })
  return checked.ok ? [checked.input.phoneCc, checked.input.phone] : checked.errors
}

test.each<[Record<string, string>, unknown]>([
  [{ phone: '+49 30 12' }, ['49', '3012']],
  [{ phone: '030 1234567', phoneCc: '49' }, ['49', '301234567']],
  [{ phone: '030 1234567' }, ['49', '301234567']],
  [{ phone: 'tel:+49-30-1234567' }, ['49', '301234567']],
  [{ phone: '0049 30 1234567', phoneCc: '+49' }, ['49', '301234567']],
  [{ phone: '(212) 555-1234', country: 'USA' }, ['1', '2125551234']],
  [{ phone: '+44 (0)20 7946 0958', country: 'UK', phoneCc: '0044' }, ['44', '2079460958']],
  [{ phone: '06 1234567', country: 'Italy' }, ['39', '061234567']],
  [{ phone: '٠٣٠ ١٢٣٤٥٦٧' }, ['49', '301234567']],
  [
    { phone: '+49 30 1234567', phoneCc: '1' },
    { phone: expect.stringContaining('does not match the country code') },
  ],
  [{ phone: 'call me' }, { phone: 'Give digits only.' }],
  [{ phone: '030 1234567 ext. 5' }, { phone: 'Give digits only.' }],
])('the telephone number %j is stored as CMR wants it', (given, stored) => {
  expect(phoneOf(given)).toEqual(stored)
})

test('a number of any country is the same, however it is written, and stays so when it is read again', () => {
  const written = fc.constantFrom('NATIONAL', 'INTERNATIONAL', 'E.164', 'RFC3966')
  fc.assert(
    fc.property(fc.constantFrom(...getCountries()), written, (country, format) => {
      const example = getExampleNumber(country, examples)
      fc.pre(example !== undefined && customer.country !== undefined)
      const stored = [getCountryCallingCode(country), String(example?.nationalNumber)]
      const phone = String(example?.format(format as 'NATIONAL'))
      expect(phoneOf({ country, phone })).toEqual(stored)
      expect(phoneOf({ country, phoneCc: String(stored[0]), phone: String(stored[1]) })).toEqual(stored)
    }),
    { numRuns: 400 },
  )
})

test('a file and a command find country, state and telephone by the same rules', async () => {
  const row = (number: number, over: Record<string, string>) =>
    customerRow(number, { Country: 'USA', 'Country calling code': '', ...over })
  const file = csvText([row(1, { State: 'NY', Phone: '+1 212 555 1234' }), row(2, { State: 'Bavaria' })])
  const view = await giveFile(world, 'users import', file)
  expect(JSON.stringify(view.blocks)).toMatch(
    /1 of 2 rows.*Line 3, State or province: CMR lists no state “Bavaria” in US/s,
  )
  await world.submit({})
  const sent = await eventually(async () => {
    const [request] = await world.requests('users.create')
    if (!request) throw new Error('nothing was sent')
    return request.body
  })
  expect(sent).toMatchObject({ country: 'US', state: 'New York', phoneCc: '1', phone: '2125551234' })
  await world.interactions.close(world.ana.id)
  const given = { ...customer, country: 'Germany', state: 'BE', phone: '030 1234567', phoneCc: '49' }
  await world.say(
    `/cmr users create ${Object.entries(given)
      .map(([name, value]) => `${name}="${value}"`)
      .join(' ')}`,
  )
  await world.opened()
  await world.submit({})
  await eventually(async () =>
    expect((await world.requests('users.create')).at(-1)?.body).toMatchObject({
      country: 'DE',
      state: 'Berlin',
      phone: '301234567',
    }),
  )
})
