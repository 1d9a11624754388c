import { expect, test } from 'vitest'
import { pastDue, reads } from '../support/alerts.ts'
import { eventually } from '../support/eventually.ts'
import { startWorld } from '../support/world.ts'

test('a stored route whose pattern took 51 s holds up no event', async () => {
  const world = await startWorld()
  await world.say('/cmr alerts add --channel #billing --domains "*a*a*a*a*a*a*a*a*z"')
  await world.sees(/r1.*gets/)
  const before = process.cpuUsage()
  expect(await world.webhook(pastDue('a'.repeat(60)))).toBe(200)
  const { user } = process.cpuUsage(before)
  expect(user / 1000).toBeLessThan(2000)
  // The pattern ends in z, so that no route takes it.
  await reads(world, world.alerts.id, 'a'.repeat(60))
})

test('a file of 200,000 columns is refused in its form, with the bound', async () => {
  const world = await startWorld()
  await world.say('/cmr users import')
  await world.opened()
  const file = await world.upload('wide.csv', `${'c,'.repeat(200_000)}c\n1`)
  await world.submit({ file })
  await eventually(() => expect(JSON.stringify(world.modalOf(world.ana.id))).toMatch(/100 are the most/))
})

test('a command that is too long is refused with the bound', async () => {
  const world = await startWorld()
  await world.say(`/cmr domains get ${'acme.com '.repeat(2000)}`)
  await world.sees(/12,000 are the most/)
  await world.say(`/cmr domains renew ${Array.from({ length: 201 }, (_, at) => `d${at}.com`).join(' ')}`)
  await world.sees(/These are 201; 200 go at once/)
})
