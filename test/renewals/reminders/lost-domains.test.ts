import { expect, test } from 'vitest'
import type { View } from '../../../src/playground/types.ts'
import { messageWith, pressOn, textOf } from '../../support/alerts.ts'
import { confirm } from '../../support/clicks.ts'
import { eventually } from '../../support/eventually.ts'
import { confirming } from '../../support/order-form.ts'
import { startWorld } from '../../support/world.ts'

const DAY = 86_400_000
const names = ['lost-one.com', 'lost-two.com', 'lost-three.com']

/** Orders domains with the defaults, in a world whose days the test moves. */
async function orderedDomains() {
  let offset = 0
  const clock = () => new Date(Date.now() + offset)
  const world = await startWorld({ clock, pace: 0.01, env: { CMR_ALERT_PACE_MS: '0' } })
  await world.control('webhooks', { url: `${world.botUrl}/webhooks/cmr`, clock: 'sandbox' })
  await world.control('wallet', { balanceCents: 50_000_000 })
  const [user] = (await world.look('users')).slice(5)
  await world.say(
    `/cmr orders create ${user.userId} "${names.join(' ')}" --mailboxes "jane Jane Doe" --service-provider GOOGLE --google-oauth-route R`,
  )
  const asked = JSON.stringify((await world.opened(world.ana.id, confirming)).blocks)
  expect(asked).toContain('do *not* renew by themselves')
  await world.submit({})
  await world.sees(/not able to send yet.*domains 3\/3/)

  /** Goes to the day that is so many days before the domains end, with both clocks. */
  async function goTo(daysLeft: number) {
    const target = (365 - daysLeft) * DAY + 3_600_000
    // The bot's clock first: CMR's webhooks are not from its future.
    const ms = target - offset
    offset += ms
    // A year of everybody else's renewals would keep the messages of this test waiting for hundreds of others.
    await world.control('webhooks', { mode: 'lost' })
    await world.control('clock', { advanceMs: ms })
    await world.control('webhooks', { mode: 'normal' })
  }
  return { world, userId: String(user.userId), clock, goTo }
}

test('three domains ordered with the defaults are warned of at each threshold, and one button renews them', {
  timeout: 120_000,
}, async () => {
  const { world, clock, goTo } = await orderedDomains()
  const warned = (days: number) =>
    new RegExp(`3 domains\\*[^"]* end unless somebody renews them, the first in ${days} days?`)
  for (const days of [46, 45, 30, 14, 7, 3, 1]) {
    await goTo(days)
    if (days === 46) continue
    await eventually(() => expect(textOf(world, world.alerts.id)).toMatch(warned(days)))
  }
  const last = await messageWith(world, world.alerts.id, warned(1))
  expect(JSON.stringify(last)).toContain(`<@${world.ana.id}>`)
  await pressOn(world, last, 'Renew these')
  const view = await world.opened(world.ana.id, (one: View) =>
    JSON.stringify(one.blocks).includes('It costs'),
  )
  for (const name of names)
    expect(JSON.stringify(view.blocks)).toContain(`${name}, the domain for a year: *$14.50*`)
  expect(JSON.stringify(view.blocks)).toContain('It costs *$43.50*')
  await confirm(world)
  await eventually(async () => {
    const mine = (await world.look('domains')).filter(({ domainName }: { domainName: string }) =>
      names.includes(domainName),
    )
    for (const { status, expiryDate } of mine) {
      expect(status).toBe('ACTIVE')
      expect(Date.parse(expiryDate)).toBeGreaterThan(clock().getTime() + 300 * DAY)
    }
  })
  await goTo(-35)
  expect(
    (await world.look('domains')).filter(
      ({ domainName, status }: Record<string, string>) =>
        names.includes(String(domainName)) && status === 'ACTIVE',
    ),
  ).toHaveLength(3)
})

test('what is renewed of several is struck through in their reminder, whose buttons act on the rest', {
  timeout: 120_000,
}, async () => {
  const { world, userId, goTo } = await orderedDomains()
  await goTo(45)
  const reminder = /domains\*[^"]* end unless somebody renews them, the first in 45 days/
  await eventually(() => expect(textOf(world, world.alerts.id)).toMatch(reminder))
  // Older than what is usually edited.
  await goTo(36)
  const answer = await fetch(`${world.env.CMR_API_URL}/domains/renew`, {
    method: 'POST',
    headers: { 'cmr-x-api-key': String(world.env.CMR_API_KEY), 'content-type': 'application/json' },
    body: JSON.stringify({ userId, domains: ['lost-one.com'] }),
  })
  expect(answer.status).toBe(200)
  await eventually(() =>
    expect(textOf(world, world.alerts.id)).toMatch(/~lost-one\.com, the domain~: renewed until/),
  )
  const message = await messageWith(world, world.alerts.id, reminder)
  expect(JSON.stringify(message.blocks)).toMatch(/\*2 domains\*[^"]* end unless/)
  await pressOn(world, message, 'Renew these')
  const view = await world.opened(world.ana.id, (one: View) =>
    JSON.stringify(one.blocks).includes('It costs'),
  )
  expect(JSON.stringify(view.blocks)).toContain('It costs *$29.00*')
  expect(JSON.stringify(view.blocks)).not.toContain('lost-one.com')
  await confirm(world)
  // Its message shows all three, until that they are taken care of takes its place.
  await eventually(() => {
    const text = textOf(world, world.alerts.id)
    const shown = names.every((name) => text.includes(`~${name}, the domain~: renewed until`))
    expect(shown || /3 domains\*? are taken care of/.test(text)).toBe(true)
  })
})
