import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect, type Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { signWebhook } from '../../src/cmr/webhooks.ts'
import { inStore } from '../support/alerts.ts'
import { eventually } from '../support/eventually.ts'
import { startProcess } from '../support/process.ts'
import { listening } from '../support/servers.ts'
import { apiKey, cleanups, startWorld, type World } from '../support/world.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

const answers = (world: World) =>
  fetch(`${world.botUrl}/healthz`).then(
    () => true,
    () => false,
  )

/** A raw connection to the bot, what it has read so far, and whether it is closed. */
async function open(
  world: World,
  bytes = '',
): Promise<{ socket: Socket; read: () => string; closed: () => boolean }> {
  const socket = connect(Number(world.env.PORT), '127.0.0.1')
  let text = ''
  let closed = false
  socket.setEncoding('utf8').on('data', (chunk) => {
    text += chunk
  })
  socket
    .on('error', () => undefined)
    .on('close', () => {
      closed = true
    })
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  if (bytes) await new Promise((resolve) => socket.write(bytes, resolve))
  return { socket, read: () => text, closed: () => closed }
}

/** Resolves with the exit code and the milliseconds since now. */
async function ends(child: ChildProcess): Promise<{ code: number | null; ms: number }> {
  const begun = performance.now()
  const [code] = await once(child, 'exit')
  return { code, ms: performance.now() - begun }
}

/** The first part of a webhook as CMR sends it, and the rest. */
function webhookInTwo(eventId: string): [string, string] {
  const body = JSON.stringify({ event: 'domain.expired', eventId, data: { domain: 'acme.com' } })
  const headers = { ...signWebhook({ body, secret: apiKey, now: new Date() }), 'content-length': body.length }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  const head = ['POST /webhooks/cmr HTTP/1.1', 'host: bot', ...lines, '', ''].join('\r\n')
  return [head + body.slice(0, 10), body.slice(10)]
}

test('through npm start, SIGTERM reaches the bot: nothing stays behind', async () => {
  const world = await startWorld({ withBot: false })
  const npm = spawn('npm', ['start', '--silent'], {
    cwd: root,
    // A group of its own, so that an orphan can be ended after a failure.
    detached: true,
    stdio: 'ignore',
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...world.env },
  })
  onTestFinished(() => {
    try {
      process.kill(-Number(npm.pid), 'SIGKILL')
    } catch {
      // Nothing is left of it.
    }
  })
  const up = async () => expect(await answers(world)).toBe(true)
  await eventually(up).catch(() => eventually(up))
  npm.kill('SIGTERM')
  const { ms } = await ends(npm)
  expect(ms).toBeLessThan(10_000)
  expect(await answers(world)).toBe(false)
}, 90_000)

test('SIGTERM closes what is silent at once, answers what has begun, cuts off what never comes, in ten seconds', async () => {
  const world = await startWorld({ withBot: false })
  const child = await startProcess(world)
  const silent = await open(world)
  const idle = await open(world, 'GET /healthz HTTP/1.1\r\nhost: bot\r\n\r\n')
  await eventually(() => expect(idle.read()).toContain('{"ok":true}'))
  const halfSent = await open(world, 'POST /webhooks/cmr HTTP/1.1\r\nhost: bot\r\ncontent-le')
  const [first, rest] = webhookInTwo('in-flight')
  const busy = await open(world, first)
  // The server has read all of it: it answers what came after.
  expect(await answers(world)).toBe(true)

  child.kill('SIGTERM')
  const ended = ends(child)
  await eventually(() => expect(silent.closed() && idle.closed()).toBe(true))
  expect(child.exitCode).toBe(null)
  busy.socket.write(rest)
  await eventually(() => expect(busy.read()).toMatch(/^HTTP\/1\.1 200 .*\{"ok":true\}$/s))
  const { code, ms } = await ended
  expect(code).toBe(0)
  expect(ms).toBeLessThan(10_000)
  expect(halfSent.closed()).toBe(true)
  expect(inStore(world, "select event_id from events where event_id = 'in-flight'")).toHaveLength(1)
})

test('a second signal ends the process at once', async () => {
  const world = await startWorld({ withBot: false })
  const child = await startProcess(world)
  await open(world, 'POST /webhooks/cmr HTTP/1.1\r\n')
  expect(await answers(world)).toBe(true)
  const ended = ends(child)
  // As somebody who presses Ctrl+C again and again.
  const again = setInterval(() => child.kill('SIGTERM'), 150)
  onTestFinished(() => clearInterval(again))
  const { code, ms } = await ended
  expect(code).toBe(128 + 15)
  expect(ms).toBeLessThan(5000)
})

test('a Slack that never answers keeps nobody from stopping, and its channel is given back', async () => {
  const world = await startWorld({ withBot: false })
  let posts = 0
  const mute = createServer((request) => {
    if (request.url?.includes('chat.postMessage')) posts++
  })
  world.env.SLACK_API_URL = `http://127.0.0.1:${await listening(mute, cleanups)}/api/`
  const child = await startProcess(world)
  expect(await world.webhook({ event: 'domain.expired', eventId: 'mute', data: { domain: 'a.com' } })).toBe(
    200,
  )
  await eventually(() => expect(posts).toBe(1))
  expect(inStore(world, 'select * from channel_queues where leased_by is not null')).toHaveLength(1)
  child.kill('SIGTERM')
  const { code, ms } = await ends(child)
  expect({ code, inTime: ms < 10_000 }).toEqual({ code: 0, inTime: true })
  expect(inStore(world, 'select * from channel_queues where leased_by is not null')).toEqual([])
  expect(inStore(world, "select state from outbox where event_id = 'mute'")).toEqual([{ state: 'waiting' }])
})
