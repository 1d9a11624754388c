import { expect, test } from 'vitest'
import { pressInForm } from '../support/clicks.ts'
import { csvText, customerRow, encodedIn } from '../support/csv.ts'
import { eventually } from '../support/eventually.ts'
import { giveFile, outcomeOf } from '../support/imports.ts'
import { onStep } from '../support/order-form.ts'
import { startWorld } from '../support/world.ts'

const given = (over: Record<string, string>) =>
  csvText([customerRow(1, over)])
    .replaceAll(',', ';')
    .replaceAll('; Inc', ', Inc')

test('a file of Excel’s is read as it was meant, shown and asked about before anything is sent', async () => {
  const world = await startWorld()
  const file = encodedIn('windows-1250', `sep=;\r\n${given({ 'First name': 'Michał', 'Last name': 'Wąs' })}`)
  const view = await giveFile(world, 'users import', file)
  expect(JSON.stringify(view.blocks)).toMatch(/read as \*Central European\*: “Michał”, “Wąs”.*Is that right/)
  await world.submit({})
  await outcomeOf(world)
  const [sent] = await world.requests('users.create')
  expect(sent?.body).toMatchObject({ firstName: 'Michał', lastName: 'Wąs' })
})

test('how a name is read is chosen by a button, in the same form, as often as one likes', async () => {
  const world = await startWorld()
  const file = encodedIn('windows-1254', given({ 'First name': 'Işıl', 'Last name': 'Çağlar' }))
  const view = await giveFile(world, 'users import', file)
  expect(JSON.stringify(view.blocks)).toMatch(/as \*Turkish\*: “Işıl”.*Western European: Iþýl/)
  await pressInForm(world, 'Western European: Iþýl')
  const shown = () => JSON.stringify(world.modalOf(world.ana.id))
  await eventually(() => expect(shown()).toMatch(/as \*Western European\*: “Iþýl”/))
  expect(await world.requests('users.create')).toEqual([])
  await pressInForm(world, 'Turkish: Işıl')
  await eventually(() => expect(shown()).toMatch(/as \*Turkish\*: “Işıl”/))
  await world.submit({})
  await outcomeOf(world)
  const all = await world.requests('users.create')
  expect(all.map(({ body }) => body)).toMatchObject([{ firstName: 'Işıl', lastName: 'Çağlar' }])
})

test('people of an order are shown as they were read, before the next step', async () => {
  const world = await startWorld()
  const [user] = await world.look('users')
  await world.say(`/cmr orders create ${user.userId} fresh-start.com`)
  await world.opened(world.ana.id, onStep(3))
  const peopleFile = await world.upload('people.csv', encodedIn('windows-1250', 'first;last\nMichał;Wąs\n'))
  await world.submit({ peopleFile })
  await eventually(() => {
    const shown = JSON.stringify(world.modalOf(world.ana.id)?.blocks)
    expect(shown).toMatch(/Step 3 of.*read as \*Central European\*: “Michał”, “Wąs”.*"initial_value":"Michał/)
  })
})
