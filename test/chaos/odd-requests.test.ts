import { createHmac } from 'node:crypto'
import { connect } from 'node:net'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { atOnce, residentMb } from '../support/fuzz.ts'
import { oddRequest, oddSlackBody } from '../support/odd-requests.ts'
import { startProcess } from '../support/process.ts'
import { startSocketSlack } from '../support/socket-slack.ts'
import { startWorld, type World } from '../support/world.ts'

const REQUESTS = 10_000
/** After so many the process has loaded and compiled what it needs. */
const WARM = 2000
/** A leak of 10 KB a request would be 80 MB. */
const GROWTH_MB = 60
/** A bot that does not answer within this time is as good as ended. */
const ANSWER_MS = 10_000

/** Writes bytes to the bot, ends its side and waits until the bot has closed the connection. */
function writeRaw(world: World, bytes: string): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(Number(world.env.PORT), '127.0.0.1', () => socket.end(bytes, 'latin1'))
    socket.on('error', () => undefined)
    // What waits for the rest of a body is cut off here: the bot would wait for thirty seconds.
    socket.setTimeout(500, () => socket.destroy())
    socket.on('close', () => resolve())
    socket.resume()
  })
}

async function text(world: World, path: string): Promise<string> {
  const answer = await fetch(`${world.botUrl}${path}`, { signal: AbortSignal.timeout(ANSWER_MS) })
  expect(answer.status).toBe(200)
  return answer.text()
}

async function startMode(mode: string) {
  const slack = await startSocketSlack()
  const env = { SLACK_APP_TOKEN: 'xapp-test', SLACK_API_URL: slack.url }
  const world = await startWorld({ withBot: false, ...(mode === 'Socket Mode' && { env }) })
  return { world, child: await startProcess(world) }
}

test.each(['HTTP mode', 'Socket Mode'])(
  'in %s the process lives through 10,000 odd requests, and its memory is steady',
  async (mode) => {
    const { world, child } = await startMode(mode)
    const requests = ['GET // HTTP/1.1\r\nhost: x\r\n\r\n', ...fc.sample(oddRequest, REQUESTS)]
    await atOnce(requests.slice(0, WARM), (bytes) => writeRaw(world, bytes))
    const before = residentMb(child)
    await atOnce(requests.slice(WARM), (bytes) => writeRaw(world, bytes))
    expect(child.exitCode).toBe(null)
    expect(await text(world, '/healthz')).toBe('{"ok":true}')
    expect(await text(world, '/metrics')).toMatch(/^cmr_unexpected_errors 0$/m)
    expect(residentMb(child) - before).toBeLessThan(GROWTH_MB)
    expect(await world.webhook({ event: 'domain.expired', eventId: 'after', data: {} })).toBe(200)
  },
  240_000,
)

test('a signed body that is none of Slack’s is answered, and ends nothing', async () => {
  const { world, child } = await startMode('HTTP mode')
  const post = async (body: string, contentType: string) => {
    const timestamp = String(Math.floor(Date.now() / 1000))
    const secret = String(world.env.SLACK_SIGNING_SECRET)
    const signature = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')
    const headers = {
      'content-type': contentType,
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${signature}`,
    }
    const signal = AbortSignal.timeout(ANSWER_MS)
    return (await fetch(`${world.botUrl}/slack/events`, { method: 'POST', body, headers, signal })).status
  }
  expect(await post('null', 'application/json')).toBe(400)
  expect(await post('payload=null', 'application/x-www-form-urlencoded')).toBe(400)
  expect(await post('[]', 'application/json')).toBe(400)
  expect(await post('{', 'application/json')).toBe(400)
  await atOnce(fc.sample(oddSlackBody, 1000), async (body) => {
    const form = new URLSearchParams({ payload: body }).toString()
    for (const status of [
      await post(body, 'application/json'),
      await post(form, 'application/x-www-form-urlencoded'),
    ])
      expect([200, 400, 404, 500]).toContain(status)
  })
  expect(child.exitCode).toBe(null)
  expect(await text(world, '/metrics')).toMatch(/^cmr_unexpected_errors 0$/m)
}, 120_000)
