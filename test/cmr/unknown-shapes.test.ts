import { createServer } from 'node:http'
import { expect, test } from 'vitest'
import { listening } from '../support/servers.ts'
import { cleanups, startWorld } from '../support/world.ts'

/** CMR that answers everything with this. */
async function answering(data: unknown): Promise<string> {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ status: 200, message: 'Success', data }))
  })
  return `http://127.0.0.1:${await listening(server, cleanups)}`
}

test('a list that CMR gives in an unknown place is said to be unreadable, not to be empty', async () => {
  const row = { subscriptionId: 'S1', domain: 'acme.com', userId: 'U1', subscriptionStatus: 'ACTIVE' }
  const world = await startWorld({ env: { CMR_API_URL: await answering({ result: { items: [row] } }) } })
  for (const line of ['subscriptions list', 'users list', 'prewarm list']) {
    const before = world.messages(world.ops.id).length
    await world.say(`/cmr ${line}`)
    await world.sees(new RegExp(`${line}\\*: CMR gave an answer that the bot cannot read`))
    expect(JSON.stringify(world.messages(world.ops.id).slice(before))).not.toMatch(
      /No (subscription|customer)/,
    )
  }
})
