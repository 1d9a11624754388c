import { expect, test, vi } from 'vitest'
import { csvText, customerRow, readBack } from '../support/csv.ts'
import { startWorld, type World } from '../support/world.ts'

/** Opens the form of an import, puts the file in, and waits for what it turns into. */
async function giveFile(world: World, command: string, content: string | Uint8Array, person = world.ana.id) {
  await world.say(`/cmr ${command}`, person)
  await world.opened(person)
  const file = await world.upload('customers.csv', content)
  const answer = await world.submit({ file }, person)
  expect(answer.errors).toBeUndefined()
  return world.opened(person)
}

const textOf = (blocks: readonly unknown[]) => JSON.stringify(blocks)
const customers = (count: number) => Array.from({ length: count }, (_, at) => customerRow(at))
const created = async (world: World) =>
  (await world.requests('users.create')).map(({ body }) => body as { email: string })

test('a file becomes a preview, a run with one message, and an outcome that accounts for every row', async () => {
  const world = await startWorld()
  const rows = [
    ...customers(5),
    customerRow(9, { Country: 'Atlantis' }),
    customerRow(3),
    customerRow(7, { Company: '<!channel>' }),
  ]
  const view = await giveFile(world, 'users import', csvText(rows))
  const preview = textOf(view.blocks)
  expect(preview).toContain('5 of 8 rows')
  expect(preview).toContain('Line 7, Country: Give the two-letter code')
  expect(preview).toContain('Line 8, E-mail: customer3@example.com stands on line 5 already.')
  expect(preview).not.toContain('<!channel>')
  expect(await created(world)).toEqual([])

  await world.submit({})
  await world.sees(/users import: all 5 done/)
  expect((await created(world)).map(({ email }) => email)).toEqual(customers(5).map((row) => row['E-mail']))
  const told = world.messages(world.ops.id).filter(({ text }) => text.includes('users import: '))
  expect(told).toHaveLength(1)
  await vi.waitFor(async () => expect(Object.keys(await world.filesIn(world.ops.id))).toHaveLength(1), {
    timeout: 8000,
  })
  const [outcome = ''] = Object.values(await world.filesIn(world.ops.id))
  const back = readBack(outcome)
  expect(back.map(({ line, outcome: what }) => [line, what])).toEqual([
    ...['2', '3', '4', '5', '6'].map((line) => [line, 'done']),
    ...['7', '8', '9'].map((line) => [line, 'not sent: faulty']),
  ])
  expect(back[0]).toMatchObject({
    email: 'customer0@example.com',
    id: expect.stringMatching(/^[A-Z0-9]{20,}$/),
  })
})
