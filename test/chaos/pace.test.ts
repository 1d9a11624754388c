import { expect, test } from 'vitest'
import { csvText, customerRow } from '../support/csv.ts'
import { eventually } from '../support/eventually.ts'
import { giveFile, pressureOn } from '../support/imports.ts'
import { startWorld } from '../support/world.ts'

test('ten people are served while a run goes on, one alone at once; CMR never counts more than five a second', async () => {
  const world = await startWorld({ realCmrPace: true })
  const created = () => world.requests('users.create')
  await giveFile(world, 'users import', csvText(Array.from({ length: 60 }, (_, at) => customerRow(at))))
  await world.submit({})
  await eventually(async () => expect((await created()).length).toBeGreaterThan(8))
  const answers = () =>
    world.messages(world.ops.id).filter(({ text }) => text.startsWith('The wallet holds')).length
  const sentBefore = async (endpoint: string) => {
    const ids = (await world.look('requests')).map((one: { endpoint: string }) => one.endpoint)
    return ids.slice(0, ids.indexOf(endpoint)).filter((id: string) => id === 'users.create').length
  }
  const before = (await created()).length
  await world.say('/cmr wallet', world.vera.id)
  await eventually(() => expect(answers()).toBe(1))
  // A second has five places; how long it really is, `bench/bulk.ts` measures.
  expect(await sentBefore('wallet.get')).toBeLessThanOrEqual(before + 5)

  const people = [world.ana, world.omar, world.vera]
  await Promise.all(Array.from({ length: 10 }, (_, at) => world.say('/cmr wallet', people[at % 3]?.id)))
  await eventually(() => expect(answers()).toBe(11))
  expect(await pressureOn(world)).toEqual({ most: 5, refused: 0 })
})
