import { afterAll, beforeAll, expect, test } from 'vitest'
import { shareWorld } from '../support/world.ts'

let world: Awaited<ReturnType<typeof shareWorld>>
beforeAll(async () => {
  world = await shareWorld()
})
afterAll(() => world.close())

const contract: Record<string, string[]> = {
  '/slack/events': ['POST'],
  '/webhooks/cmr': ['POST'],
  '/healthz': ['GET', 'HEAD'],
  '/readyz': ['GET', 'HEAD'],
  '/metrics': ['GET'],
}

test.each(Object.entries(contract))(
  '%s takes %s, and answers 405 with Allow to the rest',
  async (path, methods) => {
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      const answer = await fetch(world.botUrl + path, { method })
      if (methods.includes(method)) expect(answer.status).not.toBe(405)
      else
        expect([method, answer.status, answer.headers.get('allow')]).toEqual([
          method,
          405,
          methods.join(', '),
        ])
    }
  },
)

test('HEAD answers an uptime watcher as GET does, without the body', async () => {
  for (const path of ['/healthz', '/readyz']) {
    const answer = await fetch(world.botUrl + path, { method: 'HEAD' })
    expect([answer.status, await answer.text()]).toEqual([200, ''])
    expect(Number(answer.headers.get('content-length'))).toBeGreaterThan(0)
  }
})

test('a path that is none of ours is not found, whatever the method', async () => {
  for (const path of ['/', '/slack', '/webhooks', '/healthz/more', '/slack/install'])
    for (const method of ['GET', 'POST', 'OPTIONS'])
      expect((await fetch(world.botUrl + path, { method })).status).toBe(404)
})

test('a body of Slack’s over 1 MiB is refused, and one without a signature', async () => {
  const post = (body: string) => fetch(`${world.botUrl}/slack/events`, { method: 'POST', body })
  expect((await post('x'.repeat(1024 * 1024 + 1))).status).toBe(413)
  expect((await post('{}')).status).toBe(401)
})
