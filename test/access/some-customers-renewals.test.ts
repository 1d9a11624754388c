import { expect, test } from 'vitest'
import type { View } from '../../src/playground/types.ts'
import { seenBy } from '../support/approvals.ts'
import { buttonsIn, confirm } from '../support/clicks.ts'
import { dialects, testUrl } from '../support/databases.ts'
import { storeOf } from '../support/deliveries.ts'
import { eventually } from '../support/eventually.ts'
import { worldOfOrders } from '../support/own-orders.ts'
import { isRenewable } from '../support/renewable.ts'
import type { World } from '../support/world.ts'

type Row = Record<string, string> & { autoRenew: boolean; userId: string }

/** What is due and does not renew by itself, by customer: names of domains, their mailboxes' too. */
async function dueOf(world: World): Promise<ReadonlyMap<string, readonly string[]>> {
  const domains: Row[] = await world.look('domains')
  const subscriptions: Row[] = await world.look('subscriptions')
  const soon = Date.now() + 14 * 86_400_000
  const due = [
    ...domains.filter((one) => isRenewable(one) && !one.autoRenew),
    ...subscriptions.filter((one) => !one.autoRenew && Date.parse(String(one.periodEnd)) < soon),
  ]
  const names = (rows: readonly Row[]) => rows.map((one) => String(one.domainName ?? one.domain))
  return new Map([...Map.groupBy(due, ({ userId }) => userId)].map(([id, rows]) => [id, names(rows)]))
}

const renewed = async (world: World) =>
  (await world.requests('domains.renew')).map(({ body }) => body as { userId: string; domains: string[] })

test.each(dialects)(
  'who may spend for one customer renews all that is due, which is that customer’s alone, on %s',
  async (dialect) => {
    const world = await worldOfOrders({
      role: 'none',
      pace: 0.05,
      env: { DATABASE_URL: await testUrl(dialect), CMR_SYNC_INTERVAL: '3600' },
    })
    const { omar, ana, ops } = world
    const { db } = await storeOf(world)
    await eventually(async () => {
      const passes = await db.selectFrom('directory_passes').select('kind').where('passes', '>', 0).execute()
      expect(passes.map(({ kind }) => kind)).toEqual(
        expect.arrayContaining(['user', 'domain', 'subscription', 'mailbox']),
      )
    })
    const due = await dueOf(world)
    // The first has a domain that is due.
    const [[mine, own] = ['', []], ...rest] = [...due]
    const others = rest.flatMap(([, names]) => names)
    expect(Math.min(own.length, others.length)).toBeGreaterThan(0)
    await world.say(`/cmr access grant ${omar.id} finance --customers ${mine}`)
    await world.sees(/has the role \*finance\* now, only for/)

    const lists = [
      'find a',
      'events list',
      'renewals list',
      'operations list',
      'mailboxes all',
      'imports list',
    ]
    for (const [at, list] of lists.entries()) {
      await world.say(`/cmr ${list}`, omar.id)
      const told = () => seenBy(world, omar.id).match(/Only your customers are shown/g)
      await eventually(() =>
        expect([list, told()]).toEqual([list, expect.objectContaining({ length: at + 1 })]),
      )
    }
    for (const name of others) expect(seenBy(world, omar.id)).not.toContain(name)

    // A button that somebody else was shown names things of all customers: it renews all of them, or nothing.
    await world.say('/cmr renewals list 45d')
    const everybodys = await eventually(() => {
      const found = world
        .messages(ops.id)
        .findLast((one) => one.ephemeralFor === ana.id && JSON.stringify(one).includes('renewals.renew'))
      if (!found) throw new Error('there is no button')
      return found
    })
    const button = buttonsIn(everybodys.blocks).find((one) => one.action_id.startsWith('renewals.renew'))
    const place = { person: omar.id, message: { channel: ops.id, ts: everybodys.ts }, values: {} }
    await world.interactions.act(place, { type: 'button', ...(button as object) } as never)
    await eventually(() => expect(seenBy(world, omar.id)).toMatch(/your role is not for this customer/))
    expect(await renewed(world)).toEqual([])

    await world.say('/cmr renewals renew all', omar.id)
    const view: View = await confirm(world, omar.id)
    for (const name of own) expect(JSON.stringify(view)).toContain(name)
    for (const name of others) expect(JSON.stringify(view)).not.toContain(name)
    await eventually(async () =>
      expect((await renewed(world)).flatMap(({ domains }) => domains).toSorted()).toEqual(own.toSorted()),
    )
    expect(new Set((await renewed(world)).map(({ userId }) => userId))).toEqual(new Set([mine]))
  },
)
