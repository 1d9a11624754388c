import { expect } from 'vitest'
import { readBack } from './csv.ts'
import { eventually } from './eventually.ts'
import type { World } from './world.ts'

/** Opens the form of an import, puts the file in, and waits for what it turns into. */
export async function giveFile(
  world: World,
  command: string,
  content: string | Uint8Array,
  person = world.ana.id,
) {
  await world.say(`/cmr ${command}`, person)
  await world.opened(person)
  const file = await world.upload('customers.csv', content)
  const answer = await world.submit({ file }, person)
  expect(answer.errors).toBeUndefined()
  return world.opened(person)
}

/** A row of an order of one mailbox, with the OAuth route that its provider needs. */
export const orderRow = (user: string, domain: string, provider = 'GOOGLE') => ({
  user,
  domain,
  provider,
  username: 'jane',
  firstName: 'Jane',
  lastName: 'Doe',
  'Google OAuth route': /google/i.test(provider) ? 'https://sender.test/oauth' : '',
  'Microsoft OAuth route': /microsoft/i.test(provider) ? 'https://sender.test/oauth' : '',
})

/** The outcome that was shared in #ops, once it is there: a record a row. */
export async function outcomeOf(world: World, timeout?: number): Promise<Record<string, string>[]> {
  const shared = () => world.filesIn(world.ops.id)
  await eventually(async () => expect(Object.keys(await shared())).toHaveLength(1), timeout)
  return readBack(Object.values(await shared())[0] ?? '')
}

/** The most requests that CMR counted in any 1,000 ms, and how many of them it refused for that. */
export async function pressureOn(world: World): Promise<{ most: number; refused: number }> {
  const seen = (await world.look('requests')) as { at: string; status: number }[]
  const times = seen.map(({ at }) => Date.parse(at))
  const within = (start: number) => times.filter((at) => at >= start && at < start + 1000).length
  return {
    most: Math.max(0, ...times.map(within)),
    refused: seen.filter(({ status }) => status === 429).length,
  }
}
