import { expect, test } from 'vitest'
import { placementThresholds, verdictOf } from '../../src/resources/placement/messages.ts'
import { choose, confirm, initialOf, press } from '../support/clicks.ts'
import { eventually } from '../support/eventually.ts'
import { startWorld } from '../support/world.ts'

interface Box {
  email: string
  mailboxId: string
  userId: string
  domain: string
  status: string
  warmup: Record<string, unknown> | null
}

/** A world and a mailbox that is being warmed up, or is not. */
async function withMailbox(warm: boolean) {
  const world = await startWorld()
  const all: Box[] = await world.look('mailboxes')
  const box = all.find((one) => (one.warmup !== null) === warm)
  if (!box) throw new Error('no such mailbox')
  const now = async () => (await world.look('mailboxes')).find((one: Box) => one.mailboxId === box.mailboxId)
  return { world, box, now, all }
}

test('I pick a mailbox, see its ten settings of today, change one and read what changed', async () => {
  const { world, box, now } = await withMailbox(true)
  await world.say('/cmr warmup settings')
  await world.opened()
  await choose(world, 'mailboxId', { mailboxId: box.email })
  const form = await world.opened(world.ana.id, (view) => initialOf(view).warmupLimit !== undefined)
  const { mailboxId: _, ...settings } = initialOf(form)
  expect(settings).toEqual({
    warmupLimit: '40',
    minimumWarmupLimit: '5',
    warmupReplyRate: '30',
    warmupOpenRate: '60',
    warmupSpamProtectionRate: '80',
    warmupOnWeekdays: 'false',
    increasePerDay: '2',
    warmupDisableSlow: 'false',
    minimumDelayBetweenWarmupEmails: '5',
    maximumDelayBetweenWarmupEmails: '45',
  })
  await world.submit({ mailboxId: box.email, warmupReplyRate: '45' })
  await world.sees(/Warm-up settings of .*saved\\nReply rate, %: 30 → \*45\*"/)
  expect((await now()).warmup).toMatchObject({ warmupReplyRate: 45, warmupOpenRate: 60 })
})

const wrong: [values: Record<string, string>, field: string, sentence: RegExp][] = [
  [{ warmupReplyRate: '101' }, 'warmupReplyRate', /0 to 100 percent/],
  [{ warmupSpamProtectionRate: '400' }, 'warmupSpamProtectionRate', /0 to 100 percent/],
  [{ minimumWarmupLimit: '50' }, 'minimumWarmupLimit', /cannot be more than the e-mails per day \(40\)/],
  [
    { minimumDelayBetweenWarmupEmails: '60' },
    'minimumDelayBetweenWarmupEmails',
    /longer than the maximum \(45\)/,
  ],
]
test('a setting that is out of range is named at its field, and CMR never hears of it', async () => {
  const { world, box } = await withMailbox(true)
  await world.say(`/cmr warmup settings ${box.email}`)
  await world.opened(world.ana.id, (view) => initialOf(view).warmupLimit !== undefined)
  for (const [values, field, sentence] of wrong) {
    expect((await world.submit(values)).errors?.[field]).toMatch(sentence)
  }
  expect(await world.requests('warmup.settings')).toEqual([])
})

test('a mailbox without warm-up has no settings: I am told how to start it', async () => {
  const { world, box } = await withMailbox(false)
  await world.say(`/cmr warmup settings ${box.email}`)
  await eventually(() =>
    expect(JSON.stringify(world.modalOf(world.ana.id))).toMatch(/has no warm-up. Start it first/),
  )
})

test('starting shows the price, removing says what is lost and asks for the address', async () => {
  const { world, box, now } = await withMailbox(false)
  await world.say(`/cmr warmup add ${box.email}`)
  const asked = await confirm(world)
  expect(JSON.stringify(asked)).toMatch(
    /Start warming up.*It costs (?:about )?\*\$\d\.\d\d\*.*The wallet holds/s,
  )
  await world.sees(/The warm-up of .* starts/)
  await world.say(`/cmr warmup remove ${box.email}`)
  const removing = await world.opened(
    world.ana.id,
    (view) => view.callback_id === 'warmup.remove' && !!view.submit,
  )
  expect(JSON.stringify(removing)).toMatch(/is not refunded/)
  await confirm(world)
  await eventually(async () => expect((await now()).warmup).toBeNull())
})

test('a warm-up that runs already is not started again', async () => {
  const { world, box } = await withMailbox(true)
  await world.say(`/cmr warmup add ${box.email}`)
  await eventually(() =>
    expect(JSON.stringify(world.modalOf(world.ana.id))).toMatch(/is already being warmed up/),
  )
  expect(await world.requests('warmup.add')).toEqual([])
})

test('placement reports come as a table with a verdict, the worst first', async () => {
  const { world, all } = await withMailbox(true)
  const boxes = all.filter((one) => one.userId === all.at(-1)?.userId).slice(0, 3)
  await world.say(`/cmr placement run ${boxes.map((one) => one.email).join(' ')}`)
  const asked = await confirm(world)
  expect(JSON.stringify(asked)).toContain(`${boxes.length} mailbox`)
  await press(world, 'Show the report')
  await world.sees(/Good from 80% in the inbox/)
  const table = world
    .messages(world.ops.id)
    .flatMap((message) => message.blocks)
    .find((block) => block.type === 'table') as { rows: { text: string }[][] } | undefined
  const rows = table?.rows.map((row) => row.map((cell) => cell.text)) ?? []
  expect(rows[0]).toEqual(['Verdict', 'Mailbox', 'Inbox, spam, missing'])
  // Two tests of a mailbox are told apart by their day.
  expect(rows[1]?.[2]).toMatch(/^\d+%, \d+%, \d+% · \w+ \d+, 20\d\d$/)
  expect(rows[1]?.slice(0, 1)).toEqual([boxes.length > 1 ? 'bad' : 'good'])
  expect(rows).toHaveLength(boxes.length + 1)
})

test('only ACTIVE mailboxes are tested: the one that is not is named, and nothing is charged', async () => {
  const { world, box } = await withMailbox(true)
  await world.control('faults', { endpoint: 'placement.run', fault: '402' })
  await world.say(`/cmr placement run ${box.email}`)
  await confirm(world)
  await eventually(() => expect(JSON.stringify(world.modalOf(world.ana.id))).toMatch(/does not hold enough/))
  await world.control('clock', { advanceMs: 900 * 86_400_000 })
  const expired: Box | undefined = (await world.look('mailboxes')).find(
    (one: Box) => one.status === 'EXPIRED',
  )
  expect(expired).toBeDefined()
  await world.say(`/cmr placement run ${expired?.mailboxId}`)
  await eventually(() =>
    expect(JSON.stringify(world.modalOf(world.ana.id))).toMatch(
      /Only ACTIVE mailboxes can be tested: .* is EXPIRED/,
    ),
  )
})

test('the verdict changes exactly at its thresholds', () => {
  const { good, bad } = placementThresholds
  const verdicts = [good, good - 1, bad, bad - 1, 0].map((inbox) => verdictOf({ inbox }))
  expect(verdicts).toEqual(['good', 'look at it', 'look at it', 'bad', 'bad'])
})
