import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { View } from '../../src/playground/types.ts'
import { buttonsIn, initialOf, press } from '../support/clicks.ts'
import { customer } from '../support/customer.ts'
import { eventually } from '../support/eventually.ts'
import { titleOf } from '../support/order-form.ts'
import { shareWorld } from '../support/world.ts'

let world: Awaited<ReturnType<typeof shareWorld>>
/** As a program writes it that takes UTF-8 for Windows-1252. */
const garble = (text: string) => new TextDecoder('windows-1252').decode(Buffer.from(text))

beforeAll(async () => {
  world = await shareWorld()
})
afterEach(async () => {
  while (world.modalOf(world.ana.id)) await world.interactions.close(world.ana.id)
})
afterAll(() => world.close())

const form = (text: RegExp) => world.opened(world.ana.id, (view) => text.test(titleOf(view)))
/** The block that stands right below the input of a field. */
const below = (view: View, field: string) =>
  JSON.stringify(view.blocks[view.blocks.findIndex(({ block_id }) => block_id === field) + 1])

test('an e-mail that somebody has already is said at the e-mail, with a button to that customer', async () => {
  const [{ email, company, userId }] = await world.look('users')
  await world.say('/cmr users create')
  await form(/form\.email/)
  await world.submit({ ...customer, email })
  const view = await form(/has this e-mail already/)
  expect(below(view, 'email')).toMatch(
    new RegExp(`${company}.*has this e-mail already.*users\\.get.*${userId}`),
  )
  // What was entered is still there, and another e-mail goes through.
  expect(initialOf(view)).toMatchObject({ email, company: 'Wąs', phone: '2125551234' })
  expect(buttonsIn(view.blocks).map((one) => one.text.text)).toContain('Show customer')
  await world.submit({ ...customer, email: 'other@example.test' })
  await world.sees(/created.*other@example\.test/s)
})

test('a garbled name is put right in the form and asked about; what is sent then is meant', async () => {
  await world.say('/cmr users create')
  await form(/form\.email/)
  await world.submit({ ...customer, firstName: garble('Michał'), email: 'garbled@example.test' })
  const view = await form(/was garbled by another program/)
  expect(below(view, 'firstName')).toContain(`“${garble('Michał')}” was garbled`)
  expect(initialOf(view)).toMatchObject({ firstName: 'Michał', lastName: 'Wąs' })
  const created = async () => (await world.requests('users.create')).map(({ body }) => body)
  expect(await created()).not.toContainEqual(expect.objectContaining({ email: 'garbled@example.test' }))
  await world.submit({ ...customer, email: 'garbled@example.test' })
  await eventually(async () =>
    expect(await created()).toContainEqual(
      expect.objectContaining({ email: 'garbled@example.test', firstName: 'Michał' }),
    ),
  )
})

test('a garbled name on the line is asked about with buttons that keep all of it', async () => {
  await world.say(`/cmr users create ${customer.email} --firstName ${garble('Michał')} --city Boston`)
  await world.sees(/looks garbled. Did you mean “Michał”\? Nothing was done/)
  await press(world, 'Use Michał')
  expect(initialOf(await form(/Boston/))).toMatchObject({ firstName: 'Michał', email: customer.email })
  await world.interactions.close(world.ana.id)
  await press(world, `Keep ${garble('Michał')}`)
  expect(initialOf(await form(/Boston/))).toMatchObject({
    firstName: expect.stringContaining('MichaÅ'),
  })
})

test('what is wrong in a confirmation that was asked for leads back to the field', async () => {
  await world.say('/cmr domains renew')
  await form(/form\.domains/)
  await world.submit({ domains: 'nobody-has-this.com' })
  const view = await form(/is not among the domains that have been read/)
  expect(below(view, 'domains')).toMatch(/nobody-has-this\.com/)
})

test('an id that only CMR’s support needs is shown to admins alone', async () => {
  const fault = { endpoint: 'wallet.get', fault: '409', times: 2 }
  await world.control('faults', fault)
  const answers = async (person: string) => {
    const mine = () => world.messages(world.ops.id).filter(({ ephemeralFor }) => ephemeralFor === person)
    const before = mine().length
    await world.say('/cmr wallet', person)
    return eventually(() => {
      const [answer] = mine().slice(before)
      if (!answer) throw new Error('no answer')
      return JSON.stringify(answer)
    })
  }
  expect(await answers(world.vera.id)).not.toMatch(/actionId|CMR_/)
})
