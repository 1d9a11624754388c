import { expect, test, vi } from 'vitest'
import { inStore } from '../support/alerts.ts'
import { readBack } from '../support/csv.ts'
import { wholeKinds } from '../support/directory.ts'
import { eventually } from '../support/eventually.ts'
import { startWorld } from '../support/world.ts'

// What the bot forecasts on the first day is what CMR has charged on each day after it, to the cent.

const { customers, days } =
  process.env.CHAOS === 'long' ? { customers: 260, days: 400 } : { customers: 25, days: 100 }
const DAY = 86_400_000
type Row = Record<string, string | boolean>

test(`a partner of ${customers + 40} customers pays for ${days} days what was forecast, and fails first where it was said`, async () => {
  let ahead = 0
  const clock = () => new Date(Date.now() + ahead)
  const world = await startWorld({ clock, env: { CMR_WARMUP_PRICE: '2.00' } })
  const move = async (ms: number) => {
    ahead += ms
    await world.control('clock', { advanceMs: ms })
  }
  const cmr = async (method: string, path: string, body: object) => {
    const answer = await fetch(`${world.env.CMR_API_URL}${path}`, {
      method,
      headers: { 'cmr-x-api-key': String(world.env.CMR_API_KEY), 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    expect(answer.status).toBe(200)
    return (await answer.json()) as { data: { id: string } }
  }
  await world.control('wallet', { balanceCents: 100_000_000 })
  // What was renewed a short while ago may step to the price after a year, which CMR's API does not tell beforehand.
  for (const one of (await world.look('domains')) as Row[])
    if (one.autoRenew && Date.parse(String(one.expiryDate)) < clock().getTime() + 40 * DAY)
      await cmr('PATCH', '/domains/toggle-auto-renew', {
        userId: one.userId,
        domains: [one.domainName],
        autoRenew: false,
      })
  const [template] = await world.look('users')
  for (let at = 0; at < customers; at++) {
    const { userId: _, createdAt: __, ...user } = template
    const { data } = await cmr('POST', '/users', {
      ...user,
      email: `c${at}@chaos.test`,
      company: `Chaos ${at}`,
    })
    const names = [`a${at}.com`, `b${at}.com`].slice(0, 1 + (at % 2))
    const boxes = (count: number) =>
      Array.from({ length: count }, (_, n) => ({
        username: `m${n}`,
        firstName: 'M',
        lastName: 'X',
        onWarmup: n % 2 > 0,
      }))
    await cmr('POST', `/orders/json?userId=${data.id}`, {
      domains: names.map((domain) => ({ domain, years: 1 + Number(at % 9 === 0) })),
      mailboxes: Object.fromEntries(names.map((name, n) => [name, boxes(1 + ((at + n) % 4))])),
      billingCycle: 'MONTHLY',
      confirm: true,
      serviceProvider: 'GOOGLE',
      google: { googleOauthRoute: 'R' },
      autoRenew: Math.random() < 0.8,
    })
    if (Math.random() < 0.6)
      await cmr('PATCH', '/domains/toggle-auto-renew', { userId: data.id, domains: names, autoRenew: true })
    // Periods begin on every day of a month.
    if (at % Math.ceil(customers / 25) === 0) await move(DAY + Math.round(Math.random() * 3_600_000))
  }
  // Enough for about two thirds of the time.
  const monthly = (await world.look('mailboxes')).length * 400
  await world.control('wallet', { balanceCents: Math.round((monthly / 30) * days * 0.6) })

  world.env.CMR_SYNC_INTERVAL = '3600'
  await world.restart()
  await vi.waitFor(
    () => {
      expect(inStore(world, wholeKinds)).toHaveLength(4)
    },
    { timeout: 120_000, interval: 200 },
  )
  // CMR tells the price of a domain in its last 45 days; those of the others follow from it.
  const soon = ((await world.look('domains')) as Row[]).find(
    ({ expiryDate }) => Math.abs(Date.parse(String(expiryDate)) - clock().getTime() - 20 * DAY) < 20 * DAY,
  )
  await world.say(`/cmr domains renewal-price ${soon?.domainName}`)
  await eventually(() =>
    expect(
      inStore(world, "select 1 from directory_entries where kind = 'domain' and price_cents is not null")
        .length,
    ).toBeGreaterThan(0),
  )
  await world.say(`/cmr renewals ${days}d --csv yes`)
  const file = await eventually(async () => {
    const [content] = Object.values(await world.filesIn(world.directMessages(world.ana.id)))
    if (!content) throw new Error('no file yet')
    return content
  })
  const rows = readBack(file)
  const failing = rows.find(({ covered }) => covered?.startsWith('no, $'))
  const balances = new Map(rows.map(({ date, walletAfter }) => [date, walletAfter]))
  expect(failing).toBeDefined()

  /** What CMR could not charge: past due with auto-renew on a domain that has not lapsed, or a lapsed domain. */
  const unpaid = async () => {
    const domains: Row[] = await world.look('domains')
    const subscriptions: Row[] = await world.look('subscriptions')
    const lapsed = domains.filter(({ status }) => status === 'GRACE_PERIOD' || status === 'EXPIRED')
    const late = subscriptions.filter(
      (one) =>
        one.subscriptionStatus === 'PAST_DUE' &&
        one.autoRenew &&
        !lapsed.some(({ domainId }) => domainId === one.domainId),
    )
    return [
      ...lapsed.filter(({ autoRenew }) => autoRenew).map(({ domainName }) => domainName),
      ...late.map(({ domain }) => `mailboxes on ${domain}`),
    ]
  }
  const said = failing?.thing === 'domain' ? failing.domain : `mailboxes on ${failing?.domain}`
  const today = new Date(clock().setUTCHours(0, 0, 0, 0))
  let balance = ((await world.look('state')).walletCents / 100).toFixed(2)
  for (let day = 0; day <= days; day++) {
    const date = new Date(today.getTime() + day * DAY).toISOString().slice(0, 10)
    await world.control('clock', { now: `${date}T23:59:59.999Z` })
    balance = balances.get(date) ?? balance
    const { walletCents } = await world.look('state')
    expect([date, (walletCents / 100).toFixed(2)]).toEqual([date, balance])
    if (date < String(failing?.date)) expect(await unpaid()).toEqual([])
    else if (date === failing?.date) expect(await unpaid()).toContain(said)
  }
}, 3_600_000)
