import { afterAll, beforeAll, expect, test } from 'vitest'
import { users } from '../../src/cmr/endpoints/users.ts'
import { declaredCommands } from '../../src/command-list.ts'
import { check } from '../../src/commands/check.ts'
import type { ShownMessage } from '../../src/playground/types.ts'
import { buttonsIn } from '../support/clicks.ts'
import { readBack } from '../support/csv.ts'
import { eventually } from '../support/eventually.ts'
import { layLine } from '../support/line.ts'
import { shareWorld, startWorld, type World } from '../support/world.ts'

let world: Awaited<ReturnType<typeof shareWorld>>
beforeAll(async () => {
  world = await shareWorld({ prewarmSandbox: true })
})
afterAll(() => world.close())

const answersIn = (of: World): readonly ShownMessage[] =>
  of.messages(of.ops.id).filter((one) => one.ephemeralFor === of.ana.id)

/** The answer to what Ana says. */
async function ask(line: string, of: World = world): Promise<ShownMessage> {
  const before = answersIn(of).length
  await of.say(line)
  return eventually(() => {
    const answer = answersIn(of)[before]
    if (!answer || JSON.stringify(answer).includes('Asking CMR')) throw new Error(`no answer to ${line}`)
    return answer
  })
}

/** Presses a button that turns a page; what it shows stands where the page before stood. */
async function turned(message: ShownMessage, label: string): Promise<ShownMessage> {
  const button = buttonsIn(message.blocks.filter(({ type }) => type === 'actions')).find(
    (one) => one.text.text === label,
  )
  if (!button) throw new Error(`no ${label} in ${JSON.stringify(message)}`)
  const count = answersIn(world).length
  const place = { person: world.ana.id, message: { channel: message.channel, ts: message.ts }, values: {} }
  await world.interactions.act(place, { type: 'button', ...button })
  return eventually(() => {
    const shown = answersIn(world).find((one) => one.ts === message.ts)
    if (!shown || shown.text === message.text) throw new Error('the page was not turned')
    expect(answersIn(world)).toHaveLength(count)
    return shown
  })
}

const linesOf = ({ blocks }: ShownMessage): string[] =>
  blocks.flatMap((block) => {
    const { text } = (block as { text?: { text: string } }).text ?? {}
    return text ? [text] : []
  })
const said = (message: ShownMessage) => JSON.stringify(message)
const csvOf = async (line: string) => {
  const before = Object.keys(await world.filesIn(world.directMessages(world.ana.id))).length
  const message = await ask(`${line} --csv yes`)
  const files = await eventually(async () => {
    const all = Object.values(await world.filesIn(world.directMessages(world.ana.id)))
    expect(all.length).toBeGreaterThan(before)
    return all
  })
  return { message, rows: readBack(files.at(-1) ?? '') }
}

const lists = [...declaredCommands().nouns.values()]
  .flat()
  .filter((one) => (one.rows || one.verb === 'list') && check(one.input, {}).ok && one.effect === 'read')

test.each(lists.map((one) => [`${one.noun} ${one.verb}`]))(
  '%s says how much it holds, and which page it is wherever one follows',
  async (line) => {
    const message = await ask(`/cmr ${line}`)
    if (said(message).includes(':next"')) {
      expect(message.text).toMatch(/, page 1( of \d+|, more follow)$/)
      expect(said(message)).toContain('"Next page"')
      const next = await turned(message, 'Next page')
      expect(next.text).toMatch(/, page 2( of \d+|, more follow|, the last)$/)
      expect((await turned(next, 'Previous page')).text).toMatch(/, page 1( of \d+|, more follow)$/)
    }
    expect(message.text).toMatch(/\d|^No |^Nothing |Everything was posted|No file|is \*admin\*/)
  },
)

test('customers stand by name, whatever page CMR has them on', async () => {
  const names: string[] = []
  let message = await ask('/cmr users list')
  const companies: string[] = (await world.look('users')).map((one: { company: string }) => one.company)
  expect(message.text).toBe(`${companies.length} customers, page 1 of ${Math.ceil(companies.length / 10)}`)
  for (;;) {
    names.push(...linesOf(message).flatMap((line) => /^\*(.+)\*\n/.exec(line)?.[1] ?? []))
    if (!said(message).includes(':next"')) break
    message = await turned(message, 'Next page')
  }
  const { compare } = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })
  expect(names).toEqual(companies.map((one) => one.replace('&', '&amp;')).toSorted(compare))
})

test('subscriptions: what is past due on top, then the next date; with customers, and what all cost', async () => {
  const all: { domain: string; userId: string; subscriptionStatus: string; periodEnd: string }[] =
    await world.look('subscriptions')
  const live = all.filter((one) => one.subscriptionStatus === 'ACTIVE')
  const last = live.toSorted((a, b) => a.periodEnd.localeCompare(b.periodEnd)).at(-1)
  await world.control('troubles', { trouble: 'past-due', domain: last?.domain })
  const now: typeof all = await world.look('subscriptions')
  const [late] = now.filter((one) => one.subscriptionStatus === 'PAST_DUE')
  const others = now
    .filter((one) => one.subscriptionStatus === 'ACTIVE')
    .toSorted((a, b) => a.periodEnd.localeCompare(b.periodEnd))
  const first = await ask('/cmr subscriptions list')
  expect(first.text).toMatch(/^1 PAST DUE of \d+ subscriptions, (about )?\$[\d,.]+ a month, page 1 of \d+$/)
  const shown = linesOf(first).flatMap((line) => /^\*(\S+\.\S+)\* · (.+)\n/.exec(line)?.[1] ?? [])
  expect(shown[0]).toBe(late?.domain)
  const dates = shown
    .slice(1)
    .map((domain) => others.find((one) => one.domain === domain)?.periodEnd ?? domain)
  expect(dates).toEqual(others.slice(0, dates.length).map((one) => one.periodEnd))
  const companies = new Map(
    (await world.look('users')).map((one: { userId: string; company: string }) => [one.userId, one.company]),
  )
  expect(said(first)).toContain(`*${late?.domain}* · ${companies.get(late?.userId ?? '')}`)

  const { rows } = await csvOf('/cmr subscriptions list')
  expect(rows).toHaveLength(now.length)
  for (const row of rows) expect(row.customer).toBe(companies.get(row.userId ?? ''))
  expect(Object.keys(rows[0] ?? {}).join()).toContain('customer,userId')
})

test('domains: what has lapsed on top, then what expires next, page by page', async () => {
  const domains = Array.from({ length: 25 }, (_, at) => `paged-${at + 1}.com`)
  const { userId } = await world.control('customers', { company: 'Paged Inc.', domains })
  await world.control('troubles', { trouble: 'domain-in-grace', domain: 'paged-7.com' })
  const first = await ask(`/cmr domains list ${userId}`)
  expect(first.text).toMatch(/^Paged Inc\.[^:]*: 25 domains, 1 to look at, page 1 of 2$/)
  expect(linesOf(first)[1]).toMatch(/^\*paged-7\.com\*\n.*GRACE PERIOD/)
  const second = await turned(first, 'Next page')
  expect(second.text).toMatch(/page 2 of 2$/)
  const names = [...linesOf(first), ...linesOf(second)].flatMap(
    (line) => /^\*(paged-\d+\.com)\*/.exec(line)?.[1] ?? [],
  )
  // As people count: 2 stands before 10.
  const inOrder = domains.filter((name) => name !== 'paged-7.com')
  expect(names).toEqual(['paged-7.com', ...inOrder])
})

test('the wallet says where CMR gives no more movements, in its message and beside the file', async () => {
  const own = await startWorld()
  const few = await ask('/cmr wallet', own)
  expect(said(few)).not.toContain('and no more')
  for (let at = 1; at <= 60; at++) await own.control('wallet', { balanceCents: 100_000 + at * 100 })
  const many = await ask('/cmr wallet', own)
  expect(said(many)).toMatch(/50 movements, \$[\d,.]+ in and \$[\d,.]+ out\* · page 1 of 5/)
  expect(said(many)).toContain('CMR gives the latest 50 movements and no more, in the CSV too')
  expect(said(await ask('/cmr wallet --csv yes', own))).toMatch(
    /50 rows.*CMR gives the latest 50 movements and no more/,
  )
})

test('of a list that is too long to be read whole each page is sorted, and says so', async () => {
  const own = await startWorld()
  for (let at = 0; at < 480; at++)
    await own.control('customers', { company: `Many ${480 - at}`, domains: [] })
  const first = await ask('/cmr users list', own)
  expect(first.text).toBe('520 customers, page 1 of 52')
  expect(said(first)).toContain('Each page is sorted by name; CMR decides what is on it.')
  const last = await ask('/cmr users list --page 52', own)
  const names = linesOf(last).flatMap((line) => /^\*(Many \d+)\*\n/.exec(line)?.[1] ?? [])
  expect(names).toEqual(Array.from({ length: 10 }, (_, at) => `Many ${at + 1}`))
})

test('where CMR counts nothing, a long list says that more follow, and no number that is none', async () => {
  const own = await startWorld({ withBot: false })
  for (let at = 0; at < 80; at++) await own.control('customers', { company: `Uncounted ${at}`, domains: [] })
  const line = await layLine(own.env.CMR_API_URL ?? '', users.list)
  line.meet = async ({ carry, reply }) => {
    const answer = await carry()
    const { data, ...envelope } = JSON.parse(answer.body) as { data: { users: unknown[] } }
    reply({ ...answer, body: JSON.stringify({ ...envelope, data: { users: data.users } }) })
  }
  own.env.CMR_API_URL = line.url
  await own.start()
  expect((await ask('/cmr users list', own)).text).toBe('Customers, page 1, more follow')
  expect((await ask('/cmr users list --page 12', own)).text).toMatch(/^Customers, page 12, more follow$/)
  expect((await ask('/cmr users list "Uncounted 7"', own)).text).toMatch(
    /^\d+ customers for “Uncounted 7”(, page 1 of 2)?$/,
  )
})

test('a file has names beside the ids that CMR gives alone', async () => {
  const [{ userId, email }] = await world.look('mailboxes')
  const user = (await world.look('users')).find((one: { userId: string }) => one.userId === userId)
  const { rows } = await csvOf('/cmr mailboxes all')
  expect(rows.find((row) => row.email === email)).toMatchObject({ userId, customer: user.company })
  await world.webhook({
    event: 'subscription.renewal.failed',
    eventId: 'E-CSV',
    data: { userId, subscriptionId: 'S1' },
  })
  const events = await csvOf('/cmr events list')
  expect(events.rows.find((row) => row.event_id === 'E-CSV')).toMatchObject({
    user_id: userId,
    customer: user.company,
  })
})

test.each([
  ['users list', 'users.list'],
  ['subscriptions list', 'subscriptions.list'],
  ['mailboxes all', 'mailboxes.all'],
  ['prewarm list', 'prewarm.list'],
])('/cmr %s asks CMR for just the page and the number of rows that are named', async (line, endpoint) => {
  const before = (await world.requests(endpoint)).length
  const message = await ask(`/cmr ${line} --page 2 --limit 5`)
  const queries = (await world.requests(endpoint)).slice(before).map(({ query }) => query)
  expect(queries).toEqual([expect.objectContaining({ page: '2', limit: '5' })])
  expect(message.text).toMatch(/page 2/)
})
