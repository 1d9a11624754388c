import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { signWebhook } from '../../src/cmr/webhooks.ts'
import { dialects, testUrl } from '../support/databases.ts'
import { idsIn } from '../support/deliveries.ts'
import { eventually } from '../support/eventually.ts'
import { startProcess } from '../support/process.ts'
import { freePort } from '../support/servers.ts'
import { apiKey, startWorld, type World } from '../support/world.ts'

interface Webhook {
  readonly body: string | Buffer
  readonly headers: readonly string[]
}

function webhook(eventId: string, encode: (body: string) => string | Buffer = (body) => body): Webhook {
  const body = encode(
    JSON.stringify({ event: 'domain.expired', eventId, data: { domain: `${eventId}.com` } }),
  )
  const signed = signWebhook({ body: body as string, secret: apiKey, now: new Date() })
  return { body, headers: Object.entries(signed).map(([name, value]) => `${name}: ${value}`) }
}

const lines = (...all: readonly (string | readonly string[])[]) => `${all.flat().join('\r\n')}\r\n\r\n`
const post = (...headers: readonly (string | readonly string[])[]) =>
  lines('POST /webhooks/cmr HTTP/1.1', 'host: bot', ...headers)
const lengthOf = ({ body }: Webhook) => `content-length: ${Buffer.byteLength(body)}`

/** Writes pieces to the bot, one packet each. @returns what has come back once `done` is satisfied or the bot closes */
function exchange(world: World, pieces: Iterable<string | Buffer>, done: (text: string) => boolean) {
  return new Promise<string>((resolve, reject) => {
    let text = ''
    const socket = connect({ port: Number(world.env.PORT), host: '127.0.0.1', noDelay: true })
    const end = () => {
      socket.destroy()
      resolve(text)
    }
    socket.setTimeout(20_000, () => reject(new Error(`nothing more after ${JSON.stringify(text)}`)))
    socket.setEncoding('utf8').on('data', (chunk) => {
      text += chunk
      if (done(text)) end()
    })
    socket.on('error', () => undefined).on('close', end)
    socket.on('connect', async () => {
      for (const piece of pieces)
        await new Promise((written) => socket.write(piece, () => written(undefined)))
    })
  })
}

const answers = (count: number) => (text: string) =>
  statuses(text).filter((one) => one >= 200).length >= count
const statuses = (text: string) => (text.match(/(?<=HTTP\/1\.[01] )\d{3}/g) ?? []).map(Number)
const isUp = async (world: World) => expect((await fetch(`${world.botUrl}/healthz`)).status).toBe(200)
const told = async (world: World) => idsIn(await world.history(world.alerts.id))

test('a webhook that arrives in an odd way is taken, or refused, and the bot goes on', async () => {
  const world = await startWorld({ withBot: false, env: { CMR_ALERT_PACE_MS: '50' } })
  await startProcess(world)
  const send = async (pieces: Iterable<string | Buffer>, count = 1) =>
    statuses(await exchange(world, pieces, answers(count)))

  const slow = webhook('bytewise')
  expect(await send([post(slow.headers, lengthOf(slow)), ...String(slow.body)])).toEqual([200])

  const chunked = webhook('chunked')
  const chunks = [...String(chunked.body)].map((byte) => `1\r\n${byte}\r\n`)
  const asChunks = post(chunked.headers, 'transfer-encoding: chunked')
  expect(await send([asChunks, ...chunks, '0\r\n\r\n'])).toEqual([200])

  const trailing = webhook('trailers')
  const length = Buffer.byteLength(trailing.body).toString(16)
  const end = `${length}\r\n${trailing.body}\r\n0\r\nx-checksum: 1\r\ncmr-x-signature: other\r\n\r\n`
  expect(
    await send([post(trailing.headers, 'transfer-encoding: chunked', 'trailer: x-checksum'), end]),
  ).toEqual([200])

  const old = webhook('http10')
  const head = lines('POST /webhooks/cmr HTTP/1.0', old.headers, lengthOf(old))
  expect(await send([head + old.body])).toEqual([200])
  expect(await send([lines('GET /healthz HTTP/1.0')])).toEqual([200])

  const asking = webhook('expect')
  let continued = ''
  const asked = await exchange(
    world,
    (function* () {
      yield post(asking.headers, lengthOf(asking), 'expect: 100-continue')
      continued = 'asked'
      yield asking.body
    })(),
    answers(1),
  )
  expect(continued).toBe('asked')
  expect(statuses(asked)).toEqual([100, 200])
  const strange = webhook('expect-other')
  const other = await send([post(strange.headers, lengthOf(strange), 'expect: 200-ok') + strange.body])
  expect([[200], [417]]).toContainEqual(other)

  const pipelined = ['p1', 'p2', 'p3'].map((id) => webhook(id))
  const all = pipelined.map((one) => post(one.headers, lengthOf(one)) + one.body).join('')
  const few = `${all}${lines('HEAD /readyz HTTP/1.1', 'host: bot')}${lines('PUT /webhooks/cmr HTTP/1.1', 'host: bot')}`
  expect(await send([few], 5)).toEqual([200, 200, 200, 200, 405])

  // Where two lengths differ, one proxy may read a request that another one does not.
  const twice = webhook('two-lengths')
  expect(await send([post(twice.headers, lengthOf(twice), 'content-length: 5') + twice.body])).toEqual([400])
  const both = webhook('length-and-chunks')
  expect(await send([post(both.headers, lengthOf(both), 'transfer-encoding: chunked') + both.body])).toEqual([
    400,
  ])

  const zipped = webhook('gzip', gzipSync)
  const packed = [post(zipped.headers, lengthOf(zipped), 'content-encoding: gzip'), zipped.body]
  const refused = await exchange(world, packed, (text) => text.endsWith('}'))
  expect(statuses(refused)).toEqual([400])
  expect(refused).toContain('gzip')

  await isUp(world)
  const taken = [
    'bytewise',
    'chunked',
    'trailers',
    'http10',
    'expect',
    ...(other[0] === 200 ? ['expect-other'] : []),
  ]
  await eventually(async () =>
    expect((await told(world)).toSorted()).toEqual([...taken, 'p1', 'p2', 'p3'].toSorted()),
  )
  const metrics = await (await fetch(`${world.botUrl}/metrics`)).text()
  expect(metrics.includes('cmr_webhooks_refused_total{reason="signature"} 0')).toBe(true)
}, 90_000)

test('what another workspace of Slack sends, or a whole organization, is answered as its people deserve', async () => {
  const world = await startWorld({ withBot: false, env: { LOG_LEVEL: 'silent' } })
  await startProcess(world)
  const command = (over: Record<string, string>) =>
    world.send({
      command: '/cmr',
      text: 'help',
      user_id: world.ana.id,
      team_id: world.team,
      channel_id: world.ops.id,
      trigger_id: '1.1',
      response_url: `${world.botUrl}/nowhere`,
      ...over,
    })
  expect(await command({})).toMatchObject({ ok: true, body: { text: 'Commands of /cmr' } })
  const foreign = await command({ team_id: 'TOTHER' })
  expect(foreign).toMatchObject({ ok: true, body: { text: /another workspace/ } })
  const org = { is_enterprise_install: 'true', enterprise_id: 'E1', enterprise_name: 'Org' }
  expect(await command(org)).toMatchObject({ ok: true, body: { text: 'Commands of /cmr' } })
  expect(await command({ ...org, team_id: 'TOTHER' })).toMatchObject({ body: { text: /another workspace/ } })
  expect(await command({ ...org, team_id: '' })).toMatchObject({ ok: true })

  const grid = { is_enterprise_install: true, enterprise: { id: 'E1', name: 'Org' }, team: null }
  const user = { id: world.ana.id }
  const view = { id: 'V1', type: 'modal', callback_id: 'users.create', state: { values: {} }, blocks: [] }
  const interactions = [
    { type: 'block_actions', actions: [{ type: 'button', action_id: 'help.show', action_ts: '1' }] },
    { type: 'view_submission', view },
    { type: 'view_closed', view },
    { type: 'block_suggestion', view, action_id: 'form.country', block_id: 'country', value: 'ger' },
    { type: 'shortcut', callback_id: 'x' },
    { type: 'message_action', callback_id: 'x', message: {} },
  ]
  for (const who of [user, { ...user, team_id: 'TOTHER' }, { ...user, team_id: null }, {}])
    for (const one of interactions) {
      const payload = JSON.stringify({ ...one, ...grid, user: who, trigger_id: '1.1', token: 't' })
      const { milliseconds, notice } = await world.send({ payload })
      expect(milliseconds, one.type).toBeLessThan(3000)
      expect(notice ?? '', JSON.stringify([one.type, who])).not.toMatch(/500|timeout|reached/)
    }
  const event = { type: 'app_home_opened', user: world.ana.id, tab: 'home', channel: 'D1' }
  const authorizations = [{ enterprise_id: 'E1', team_id: null, user_id: 'U1', is_enterprise_install: true }]
  for (const team_id of [null, 'TOTHER', world.team])
    expect(
      await world.send({ json: { type: 'event_callback', team_id, event, event_id: 'Ev1', authorizations } }),
    ).toMatchObject({ ok: true })
  await isUp(world)
}, 90_000)

test.runIf(dialects.includes('postgres'))(
  'two instances on one PostgreSQL that get the same webhooks at once tell each of them once',
  async () => {
    const env = { DATABASE_URL: await testUrl('postgres'), CMR_ALERT_PACE_MS: '50' }
    const world = await startWorld({ withBot: false, env })
    const port = await freePort()
    const second = {
      env: { ...world.env, PORT: String(port) },
      botUrl: `http://127.0.0.1:${port}`,
    }
    await startProcess(world)
    await startProcess(second)
    const ids = Array.from({ length: 40 }, (_, at) => `same-${at}`)
    const both = ids.flatMap((id) => [world, second].map(({ botUrl }) => ({ ...webhook(id), botUrl })))
    const sent = await Promise.all(
      both.map(async ({ botUrl, body, headers }) => {
        const pairs = headers.map((line) => line.split(': ') as [string, string])
        return (await fetch(`${botUrl}/webhooks/cmr`, { method: 'POST', body: String(body), headers: pairs }))
          .status
      }),
    )
    expect(new Set(sent)).toEqual(new Set([200]))
    await eventually(async () => expect(new Set(await told(world))).toEqual(new Set(ids)))
    // Whoever was later may be about to tell it again: nothing waits any more.
    await eventually(async () => {
      const metrics = await (await fetch(`${world.botUrl}/metrics`)).text()
      expect(metrics.includes('\ncmr_alerts_waiting 0\n')).toBe(true)
    })
    expect((await told(world)).toSorted()).toEqual(ids.toSorted())
  },
  90_000,
)
