import { createServer } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { parseBody, readBody } from '../../src/playground/proxy.ts'
import type { Timer } from '../../src/process/clock.ts'
import { messageWith, pressOn, renewalFailed } from '../support/alerts.ts'
import { press } from '../support/clicks.ts'
import { knowsEverything } from '../support/directory.ts'
import { eventually } from '../support/eventually.ts'
import { createManualTimer } from '../support/manual-timer.ts'
import { type Cleanup, listening } from '../support/servers.ts'
import { startWorld, undo, type World } from '../support/world.ts'
import type { WorldOptions } from '../support/world-options.ts'

const asking = 'Asking CMR…'

/** A second is over as soon as it has begun. */
const impatient: Timer = (work) => {
  work()
  return () => {}
}

async function waitingWorld(options: WorldOptions = {}) {
  const time = createManualTimer()
  return { time, world: await startWorld({ timer: time.timer, ...options }) }
}

const hold = (world: World, endpoint: string) => world.control('faults', { endpoint, fault: 'held' })
const release = (world: World) => world.control('faults/clear', {})
/** Waits until a request has reached CMR. */
const asked = (world: World, endpoint: string, times = 1) =>
  eventually(async () => expect(await world.requests(endpoint)).toHaveLength(times))
const texts = (world: World) => world.messages(world.ops.id).map((one) => JSON.stringify(one))

test('a command that takes a second says that CMR is asked, and its answer takes the place of that', async () => {
  const { world, time } = await waitingWorld()
  await hold(world, 'wallet.get')
  await world.say('/cmr wallet')
  await asked(world, 'wallet.get')
  time.pass(999)
  expect(world.read()).not.toContain(asking)
  time.pass(1)
  await world.sees(asking)
  await release(world)
  await world.sees(/Wallet/)
  expect(texts(world)).toEqual([expect.not.stringContaining(asking)])
})

test('a command that is answered within a second says nothing else', async () => {
  const { world, time } = await waitingWorld()
  await world.say('/cmr wallet')
  await world.sees(/Wallet/)
  expect(time.waiting()).toEqual([])
  time.pass(60_000)
  expect(texts(world)).toHaveLength(1)
})

test('an answer that fails takes the place of the notice, and can be tried again there', async () => {
  const { world } = await waitingWorld({ timer: impatient })
  await world.control('faults', { endpoint: 'wallet.get', fault: '403', times: 1 })
  await world.say('/cmr wallet')
  await world.sees(/does not allow/)
  // What the key may not do it may not do a minute later either.
  expect(world.read()).not.toMatch(/Try again"/)
  await world.control('faults', { endpoint: 'wallet.get', fault: 'garbage' })
  await world.say('/cmr wallet')
  await world.sees(/that the bot cannot read/)
  await release(world)
  await press(world, 'Try again')
  await world.sees(/Wallet/)
  expect(texts(world)).toHaveLength(2)
  expect(world.read()).not.toMatch(/Asking CMR|that the bot cannot read/)
})

test('where a form opens, nothing is left of the notice', async () => {
  const { world, time } = await waitingWorld()
  await world.say('/cmr users create')
  await world.opened()
  expect(time.waiting()).not.toContain(1000)
  const { world: late } = await waitingWorld({ timer: impatient })
  await late.say('/cmr users create')
  await late.opened()
  await late.sees(/Continue in the form/)
  expect(late.read()).not.toContain(asking)
})

test('a list that is turned over says so in its place; a click on what everybody sees leaves that alone', async () => {
  const { world, time } = await waitingWorld()
  await world.say('/cmr users list --limit 5')
  await press(world, 'Next page')
  await eventually(() => expect(world.read()).toMatch(/page 2/i))
  await hold(world, 'users.list')
  const requests = (await world.requests('users.list')).length
  await press(world, 'Previous page')
  await asked(world, 'users.list', requests + 1)
  time.pass(1000)
  await world.sees(asking)
  expect(texts(world)).toHaveLength(1)
  await release(world)
  await eventually(() => expect(world.read()).toMatch(/page 1/i))
  expect(texts(world)).toEqual([expect.not.stringContaining(asking)])
})

/** A response_url of one's own, which takes posts as it is told. */
async function ownResponseUrl(statuses: number[] = []) {
  const made: Cleanup[] = []
  onTestFinished(() => undo(made))
  const posts: Record<string, unknown>[] = []
  let taken = Promise.resolve()
  const server = createServer(async (request, response) => {
    posts.push(parseBody(await readBody(request), 'application/json'))
    const status = statuses.shift() ?? 200
    await taken
    response.writeHead(status).end('ok')
  })
  const url = `http://127.0.0.1:${await listening(server, made)}/`
  return {
    posts,
    url,
    /** Takes posts, and does not say so before it is told to. */
    stall() {
      const { promise, resolve } = Promise.withResolvers<void>()
      taken = promise
      return resolve
    },
  }
}

function type(world: World, text: string, responseUrl: string) {
  return world.send({
    command: '/cmr',
    text,
    token: 't',
    team_id: world.team,
    user_id: world.ana.id,
    channel_id: world.ops.id,
    response_url: responseUrl,
    trigger_id: '1.1.expired',
  })
}

test('a notice that Slack does not take keeps nothing from the answer, which then replaces nothing', async () => {
  const { world } = await waitingWorld({ timer: impatient })
  const { posts, url } = await ownResponseUrl([500])
  await type(world, 'wallet', url)
  await eventually(() => expect(posts).toHaveLength(2))
  expect(posts).toMatchObject([
    { text: expect.stringContaining(asking), response_type: 'ephemeral', replace_original: false },
    {
      text: expect.stringContaining('The wallet holds'),
      response_type: 'ephemeral',
      replace_original: false,
    },
  ])
})

test('an answer waits for the notice that is on its way, so that nothing overtakes it', async () => {
  const { world } = await waitingWorld({ timer: impatient })
  const { posts, url, stall } = await ownResponseUrl()
  const take = stall()
  await type(world, 'wallet', url)
  await asked(world, 'wallet.get')
  await eventually(() => expect(posts).toHaveLength(1))
  take()
  await eventually(() => expect(posts).toHaveLength(2))
  expect(posts[1]).toMatchObject({
    text: expect.stringContaining('The wallet holds'),
    replace_original: true,
  })
})

test('a response_url is used five times at most, and the answer comes all the same', async () => {
  const { world } = await waitingWorld({ timer: impatient, env: { CMR_SYNC_INTERVAL: '3600' } })
  // What is known has a chart and a table, which Slack may refuse one after the other.
  await knowsEverything(world)
  const { posts, url } = await ownResponseUrl([200, 500, 500, 500, 500, 500, 500])
  world.slack.fault = { says: 'invalid_blocks', of: /postEphemeral/, times: 2 }
  await type(world, 'renewals', url)
  await world.sees(/renew/i)
  expect(posts.length).toBeLessThanOrEqual(5)
})

test('a direct message is answered in the notice’s place', async () => {
  const { world } = await waitingWorld({ timer: impatient })
  const opened = (await world.call('conversations.open', { users: world.ana.id })) as {
    channel: { id: string }
  }
  await hold(world, 'wallet.get')
  await world.interactions.write(world.ana.id, opened.channel.id, 'wallet')
  const shown = () => JSON.stringify(world.messages(opened.channel.id))
  await eventually(() => expect(shown()).toContain(asking))
  await release(world)
  await eventually(() => expect(shown()).toMatch(/Wallet/))
  expect(shown()).not.toContain(asking)
})

test('a direct message that Slack sends twice is waited for once', async () => {
  const { world, time } = await waitingWorld()
  const opened = (await world.call('conversations.open', { users: world.ana.id })) as {
    channel: { id: string }
  }
  const write = () =>
    world.interactions.write(world.ana.id, opened.channel.id, 'wallet', { ts: '1700000001.000200' })
  await write()
  const shown = () => JSON.stringify(world.messages(opened.channel.id))
  await eventually(() => expect(shown()).toMatch(/Wallet/))
  await write()
  expect(time.waiting()).toEqual([])
  time.pass(1000)
  expect(world.messages(opened.channel.id)).toHaveLength(1)
  expect(shown()).not.toContain(asking)
})

test('a click on what everybody sees leaves that as it is, and is answered below the notice', async () => {
  const { world } = await waitingWorld({ timer: impatient })
  await world.webhook(renewalFailed('acme.com'))
  const alert = await messageWith(world, world.alerts.id, 'acme.com')
  await pressOn(world, alert, 'Diagnose')
  await eventually(() => expect(world.messages(world.alerts.id)).toHaveLength(3))
  const [first, second, third] = world.messages(world.alerts.id)
  expect(first).toEqual(alert)
  expect(second).toMatchObject({ ephemeralFor: world.ana.id, text: expect.stringContaining(asking) })
  expect(third).toMatchObject({ ephemeralFor: world.ana.id })
  expect(JSON.stringify(third)).not.toContain(asking)
})

test('a login takes the place of the notice, which only its reader sees', async () => {
  const { world } = await waitingWorld({ timer: impatient })
  const [mailbox] = await world.look('mailboxes')
  await world.say(`/cmr mailboxes admin ${mailbox.email}`)
  await world.sees(/Admin login of/)
  expect(world.messages(world.ops.id)).toMatchObject([{ ephemeralFor: world.ana.id }])
  expect(world.read()).not.toContain(asking)
})

test('a form opens in time, though CMR takes longer to say whether somebody may have it', async () => {
  const world = await startWorld({ triggerMs: 3000, role: 'none' })
  const [own, ...others] = (await world.look('domains')) as { domainName: string; userId: string }[]
  const foreign = others.find(({ userId }) => userId !== own?.userId)
  await world.say(`/cmr access grant @vera finance --customers ${own?.userId}`)
  await world.sees(/has the role \*finance\* now/)
  for (const [domain, text] of [
    [own, /Turn.*auto-renew off/],
    [foreign, /no_entry/],
  ] as const) {
    await hold(world, '*')
    await world.say(`/cmr domains auto-renew ${domain?.domainName} off`, world.vera.id)
    await world.opened(world.vera.id, (view) => JSON.stringify(view).includes(asking))
    await release(world)
    await world.opened(world.vera.id, (view) => text.test(JSON.stringify(view)))
    await world.interactions.close(world.vera.id)
  }
  expect(world.read()).not.toMatch(/Slack did not open the form/)
})
