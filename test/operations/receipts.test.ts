import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { domains } from '../../src/cmr/endpoints/domains.ts'
import { carryOut } from '../support/carry-out.ts'
import { confirm, press } from '../support/clicks.ts'
import { eventually } from '../support/eventually.ts'
import { layLine } from '../support/line.ts'
import { isRenewable } from '../support/renewable.ts'
import { startWorld, type World } from '../support/world.ts'

interface Owned {
  readonly userId: string
  readonly domainName: string
}

interface Expiring {
  readonly expiryDate: string
  readonly autoRenew: boolean
}

async function renewable(world: World): Promise<Owned> {
  const found = ((await world.look('domains')) as Owned[]).find(isRenewable)
  if (!found) throw new Error('CMR has no domain that it would renew')
  return found
}

const renewal = ({ userId, domainName }: Owned) =>
  `/cmr domains renew --userId ${userId} --domains ${domainName} --years 1`

test('a webhook that comes before CMR’s answer does not put the end of a renewed domain off by another year', async () => {
  const world = await startWorld({ withBot: false })
  const line = await layLine(String(world.env.CMR_API_URL), domains.renew)
  const { domainName, userId, expiryDate } = ((await world.look('domains')) as (Owned & Expiring)[]).find(
    (one) => isRenewable(one) && !one.autoRenew,
  ) as Owned & Expiring
  const year = (years: number) => new Date(expiryDate).getUTCFullYear() + years
  line.meet = async ({ carry, reply }) => {
    const answer = await carry()
    const data = { domainName, expiryDate: expiryDate.replace(String(year(0)), String(year(1))) }
    expect(await world.webhook({ event: 'domain.renewal.success', eventId: 'early', data })).toBe(200)
    reply(answer)
  }
  world.env.CMR_API_URL = line.url
  await world.start()
  await world.say(`/cmr domains list ${userId}`)
  await world.sees(domainName)
  await world.say(renewal({ userId, domainName }))
  await confirm(world)
  await world.sees(`Auto-renew is off: *${domainName}* ends again on`)
  expect(/ends again on [^>]*/.exec(world.read())?.[0]).toContain(`, ${year(1)}, `)
})

/** What the bot has posted in a channel for everybody there. */
const posted = (world: World, channel: string) =>
  world.messages(channel).filter((one) => one.author === 'bot' && !one.ephemeralFor)

const inDirectMessage = (world: World) =>
  JSON.stringify(world.messages(world.directMessages(world.ana.id)).filter((one) => one.author === 'bot'))

/** A channel in which Ana is, and the bot is not. */
async function closedChannel(world: World): Promise<string> {
  const made = await world.call('conversations.create', { name: 'board', is_private: true }, 'ana')
  const { id } = made.channel as { id: string }
  return id
}

test('where the bot may not write, whoever asked gets the receipt and what follows as direct messages', async () => {
  const world = await startWorld({ pace: 0.05 })
  await world.control('webhooks', { url: `${world.botUrl}/webhooks/cmr` })
  const domain = await renewable(world)
  await world.interactions.command(world.ana.id, await closedChannel(world), renewal(domain))
  await world.opened()
  await world.submit({})
  await eventually(() => {
    expect(inDirectMessage(world)).toMatch(/Renewing.*domains renewed 1\/1/s)
    expect(inDirectMessage(world)).toMatch(/is renewed/)
  })
  expect(await world.requests('domains.renew')).toHaveLength(1)
})

test('where the bot may not write, the answer to a form comes as a direct message', async () => {
  const world = await startWorld()
  const [user] = await world.look('users')
  await world.interactions.command(world.ana.id, await closedChannel(world), '/cmr users get')
  await world.opened()
  await world.submit({ userId: user.userId })
  await eventually(() => expect(inDirectMessage(world)).toContain(user.email))
})

test('a receipt that Slack refuses for its blocks stands there in words', async () => {
  const world = await startWorld({ pace: 1000 })
  const domain = await renewable(world)
  await world.say(renewal(domain))
  await world.opened()
  world.slack.fault = { says: 'invalid_blocks', times: 1 }
  await world.submit({})
  await eventually(() => {
    const [receipt] = posted(world, world.ops.id)
    expect(receipt).toMatchObject({ text: expect.stringContaining(domain.domainName), blocks: [] })
  })
})

test('what CMR refused is out of the way: the webhook belongs to the attempt that went through', async () => {
  const world = await startWorld({ pace: 1000 })
  const domain = await renewable(world)
  await world.control('faults', { endpoint: 'domains.renew', fault: '402', times: 1 })
  await world.say(renewal(domain))
  await world.opened()
  await world.submit({})
  await eventually(() => expect(JSON.stringify(world.modalOf(world.ana.id))).toMatch(/wallet/i))
  await world.interactions.close(world.ana.id)

  await carryOut(world, renewal(domain), {}, () => expect(posted(world, world.ops.id)).toHaveLength(1))
  // As CMR documents it: no actionId tells whose it is.
  const data = { domainId: 'D-1', domainName: domain.domainName, expiryDate: '2028-01-01', price: 14.5 }
  await world.webhook({ event: 'domain.renewal.success', eventId: 'E-RENEWED', data })
  await eventually(() => {
    const [receipt, ...replies] = posted(world, world.ops.id)
    expect(JSON.stringify(receipt?.blocks)).toMatch(/\*Done\*.*domains renewed 1\/1/s)
    expect(JSON.stringify(replies)).toMatch(/domain\.renewal\.success/)
  })
})

test('an order that was to be processed and stands as it stood is not taken for one that is', {
  timeout: 60_000,
}, async () => {
  const world = await startWorld({ pace: 1000, deadlines: 0.001 })
  await world.control('wallet', { balanceCents: 1000 })
  const [user] = await world.look('users')
  const line = `/cmr orders create ${user.userId} waits.com --mailboxes "jane Jane Doe" --service-provider GOOGLE --google-oauth-route R`
  await carryOut(world, line, {}, () =>
    expect(JSON.stringify(posted(world, world.ops.id))).toMatch(/Waits to be processed/),
  )
  await world.control('wallet', { balanceCents: 100_000 })
  const orderId = /orderId=([A-Z0-9]+)/.exec(JSON.stringify(posted(world, world.ops.id)))?.[1]
  const process = `/cmr orders process --userId ${user.userId} --orderId ${orderId}`
  await world.say(process)
  await world.opened(world.ana.id, (view) => JSON.stringify(view).includes('It costs'))
  await world.control('faults', { endpoint: 'orders.process', fault: 'dropped', times: 1 })
  await world.submit({})
  await eventually(() => expect(JSON.stringify(posted(world, world.ops.id))).toMatch(/not known whether/))
  expect(JSON.stringify(posted(world, world.ops.id))).not.toMatch(/Found at CMR/)

  await world.interactions.close(world.ana.id)
  await press(world, 'It did not happen')
  await confirm(world)
  await world.sees(/recorded that it did not happen/)
  const first = () => JSON.stringify(posted(world, world.ops.id)[0]?.blocks)
  expect(first()).toMatch(/Waits to be processed/)
  await carryOut(world, process, {}, () => expect(first()).toMatch(/Processed and charged since/))
  expect(first()).not.toMatch(/orders\.process/)
})

/** The bot's database, beside the bot. */
const database = (world: World) => new DatabaseSync(String(world.env.DATABASE_URL).slice('file:'.length))

test('what breaks in the bot while a form is made stands in the form, not a wrong reason', async () => {
  const world = await startWorld()
  const beside = database(world)
  beside.exec('drop table drafts')
  beside.close()
  await world.say('/cmr orders create')
  await world.opened(world.ana.id, (view) => /failed inside the bot/.test(JSON.stringify(view)))
  expect(world.read()).not.toMatch(/three seconds/)
})

test.each([
  { table: 'audit', reads: /Renewing/ },
  {
    table: 'expected_results',
    reads: /then the bot failed.*may have happened anyway.*before you send it again/s,
  },
])('nobody reads that what left did not, though $table is lost meanwhile', async ({ table, reads }) => {
  const world = await startWorld()
  const domain = await renewable(world)
  await world.say(renewal(domain))
  await world.opened()
  await world.control('faults', { endpoint: 'domains.renew', fault: 'slow', delayMs: 1000, times: 1 })
  await world.submit({})
  await eventually(async () => expect(await world.requests('domains.renew')).toHaveLength(1))
  const beside = database(world)
  beside.exec(`drop table ${table}`)
  beside.close()
  await eventually(() => {
    expect(JSON.stringify([posted(world, world.ops.id), world.modalOf(world.ana.id)])).toMatch(reads)
  })
  expect(JSON.stringify(world.everything())).not.toMatch(/failed inside the bot/)
})
