import { afterAll, beforeAll, expect, test } from 'vitest'
import { confirm, press } from '../../support/clicks.ts'
import { readBack } from '../../support/csv.ts'
import { knowsEverything } from '../../support/directory.ts'
import { eventually } from '../../support/eventually.ts'
import { isRenewable } from '../../support/renewable.ts'
import { shareWorld, type World } from '../../support/world.ts'

type Block = Record<string, unknown> & { type: string }
type Row = Record<string, unknown>

let world: World & { close(): Promise<void> }
beforeAll(async () => {
  world = await shareWorld({ env: { CMR_SYNC_INTERVAL: '3600', CMR_WARMUP_PRICE: '2.00' } })
  await knowsEverything(world)
})
afterAll(() => world.close())

/** The newest answer, as its reader sees it. */
async function answer(line: string): Promise<{ text: string; blocks: Block[] }> {
  const before = world.messages(world.ops.id).length
  await world.say(`/cmr ${line}`)
  return eventually(() => {
    // What an operation of before tells everybody is no answer.
    const all = world.messages(world.ops.id).slice(before)
    const found = all.findLast(({ ephemeralFor }) => ephemeralFor === world.ana.id)
    if (!found?.blocks?.length) throw new Error('no answer yet')
    return found as unknown as { text: string; blocks: Block[] }
  })
}

const cents = (text: string | undefined) => Math.round(Number(text?.replaceAll(/[$,]/g, '')) * 100)
const cells = ({ blocks }: { blocks: Block[] }) => {
  const table = blocks.find(({ type }) => type === 'data_table') as unknown as { rows: { text: string }[][] }
  return table.rows.map((row) => row.map(({ text }) => text))
}

/** What CMR's own rows say renews by itself in so many days, once each. */
async function expected(days: number): Promise<number> {
  const until = Date.now() + days * 86_400_000
  const boxes = Map.groupBy((await world.look('mailboxes')) as Row[], (one) => one.subscriptionId)
  let sum = 0
  for (const one of (await world.look('subscriptions')) as Row[]) {
    if (!one.autoRenew || Date.parse(String(one.periodEnd)) > until) continue
    const own = boxes.get(one.subscriptionId) ?? []
    const warm = own.filter((box) => (box.warmup as Row | null)?.status === 'ACTIVE').length
    sum += Number(one.priceCents) * own.length + warm * 200
  }
  for (const one of (await world.look('domains')) as Row[])
    if (one.autoRenew && Date.parse(String(one.expiryDate)) <= until) sum += 1450
  return sum
}

test('the first sentence says what renews, until when the wallet lasts and what to add', async () => {
  await world.control('wallet', { balanceCents: 2000 })
  await answer('wallet')
  const said = await eventually(async () => {
    const told = await answer('renewals 7d')
    expect(told.text).toContain('; add $')
    return told
  })
  const [, total, date, add, last] =
    /^(?:About )?(\$[\d.,]+) renews in 7 days; the wallet covers it until (\w+ \d+); add (\$[\d.,]+) to reach (\w+ \d+)/i.exec(
      said.text,
    ) ?? []
  expect(cents(total)).toBe(await expected(7))
  expect(cents(add)).toBe(cents(total) - 2000)
  expect(date).toBeTruthy()
  expect(last).toBeTruthy()
  const shown = JSON.stringify(said.blocks)
  expect(shown).toContain('First to fail: ')
  expect(shown).toMatch(/As CMR reported it: wallet .* · subscriptions .* or later/)
  expect(shown).toContain('CMR does not say when auto-renew charges')
  expect(said.blocks.map(({ type }) => type)).toEqual(
    expect.arrayContaining(['data_visualization', 'data_table', 'actions']),
  )
})

test('the table names date, customer, thing, price, auto-renew and whether the wallet covers it', async () => {
  await world.control('wallet', { balanceCents: 10_000_000 })
  // The balance is asked for again once it is a minute old.
  await answer('wallet')
  const [heading, ...rows] = cells(
    await eventually(async () => {
      const said = await answer('forecast 30d --all yes')
      expect(said.text).toMatch(/the wallet covers (it|what has a price so far), with \$/)
      return said
    }),
  )
  expect(heading).toEqual(['Date', 'Customer', 'Thing', 'Price', 'Auto-renew', 'Covered'])
  const subscription = ((await world.look('subscriptions')) as Row[]).find(({ autoRenew }) => autoRenew)
  const user = ((await world.look('users')) as Row[]).find(({ userId }) => userId === subscription?.userId)
  const row = rows.find(([, , thing]) => thing === `mailboxes on ${subscription?.domain}`)
  expect(row).toMatchObject([
    expect.any(String),
    user?.company,
    expect.any(String),
    expect.stringMatching(/^\$/),
    'on',
    'yes',
  ])
  expect(rows.some(([, , , , on, covered]) => on === 'off' && covered?.startsWith('ends'))).toBe(true)
})

test('renewals of one customer or domain are told alone; other words and a wrong span are understood', async () => {
  const { userId, domain } = ((await world.look('subscriptions')) as Row[])[0] ?? {}
  const [user] = ((await world.look('users')) as Row[]).filter((one) => one.userId === userId)
  const own = cells(await answer(`upcoming 90 --user ${user?.email} --all yes`)).slice(1)
  expect(new Set(own.map(([, customer]) => customer))).toEqual(new Set([user?.company]))
  const one = cells(await answer(`spend ${domain}`)).slice(1)
  expect(one.length).toBeGreaterThan(0)
  expect(one.every(([, , thing]) => thing?.endsWith(String(domain)))).toBe(true)
  expect((await answer('renewals next week')).text).toMatch(/renews? (by itself )?next week/)
  expect((await answer('forecast tomorrow')).text).toMatch(/ tomorrow/)
  expect((await answer('renewals nxt week')).text).toMatch(/such as .*next week/)
  expect((await answer('renewals 4000d')).text).toMatch(/number of days|1 to 400/)
  expect((await answer('renewals 0d')).text).toMatch(/1 to 400/)
})

test('what renews comes as a file for spreadsheets, with companies, and as one for calendars', async () => {
  const messages = () => world.filesIn(world.directMessages(world.ana.id))
  await answer('renewals 30d --csv yes')
  await answer('renewals calendar 30d')
  const files = await eventually(async () => {
    const found = await messages()
    expect(Object.keys(found)).toHaveLength(2)
    return found
  })
  const [csv = '', ics = ''] = ['.csv', '.ics'].map(
    (ending) => Object.entries(files).find(([name]) => name.endsWith(ending))?.[1],
  )
  const rows = readBack(csv)
  expect(rows.map(({ customer }) => customer)).toContain('Northwind Recruiting')
  expect(Object.keys(rows[0] ?? {}).slice(0, 5)).toEqual(['date', 'customer', 'userId', 'thing', 'domain'])
  expect(ics).toMatch(/^BEGIN:VCALENDAR\r\nVERSION:2\.0\r\n/)
  expect(ics.match(/BEGIN:VEVENT/g)?.length).toBe(rows.length)
  for (const line of ics.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75)
})

test('how much to add is told for each span, and the button of what ends turns auto-renew on', async () => {
  await world.control('wallet', { balanceCents: 100 })
  await answer('wallet')
  await eventually(async () =>
    expect((await answer('renewals funds')).text).toMatch(
      /^Add (at least )?\$[\d.,]+ and the wallet lasts 7 days/,
    ),
  )
  const ending = async () =>
    ((await world.look('subscriptions')) as Row[]).filter(({ autoRenew }) => !autoRenew).length
  expect(await ending()).toBeGreaterThan(0)
  const said = await answer('renewals 30d')
  expect(JSON.stringify(said.blocks)).toMatch(/things? ends? unless somebody renews/)
  const button = JSON.stringify(said.blocks).match(/Turn auto-renew on for [\w ]+/)?.[0]
  await press(world, String(button))
  await confirm(world)
  await eventually(async () => expect(await ending()).toBe(0))
  await world.sees(/subscriptions set to auto-renew \d+\/\d+/)
})

test('a domain that nobody has is not spoken of as if it existed: the nearest names are offered', async () => {
  const { domainName } = ((await world.look('domains')) as Row[])[0] ?? {}
  const wrong = String(domainName).replace(/^(...)./, '$1')
  for (const line of [`diagnose ${wrong}`, `dns list ${wrong}`]) {
    await world.say(`/cmr ${line}`)
    await eventually(() => {
      const shown = JSON.stringify([world.messages(world.ops.id).slice(-5), world.modalOf(world.ana.id)])
      expect(shown).toContain(`${wrong} is not one of your domains. Similar names: ${domainName}`)
    })
    await world.interactions.close(world.ana.id)
  }
})

test('a renewal has one price wherever it is shown, warm-ups included', async () => {
  const boxes = (await world.look('mailboxes')) as Row[]
  const warming = boxes.find((box) => (box.warmup as Row | null)?.status === 'ACTIVE')
  const subscription = ((await world.look('subscriptions')) as Row[]).find(
    ({ subscriptionId }) => subscriptionId === warming?.subscriptionId,
  )
  const domains = (await world.look('domains')) as Row[]
  const domain = domains.find((one) => isRenewable(one) && !one.autoRenew) ?? domains.find(isRenewable)
  const asked = async (line: string) => {
    await world.say(`/cmr ${line}`)
    const view = await world.opened(world.ana.id, (one) => JSON.stringify(one).includes('It costs'))
    await world.interactions.close(world.ana.id)
    return JSON.stringify([view.blocks, view.submit])
  }
  const shownFor = async (line: string) => JSON.stringify((await answer(line)).blocks)
  const things = [
    {
      row: `mailboxes on ${subscription?.domain}`,
      domain: subscription?.domain,
      places: {
        list: () => shownFor(`subscriptions list ${subscription?.domain}`),
        confirmation: () => asked(`subscriptions renew ${subscription?.domain}`),
        several: () => asked(`renewals renew subscription:${subscription?.subscriptionId}`),
      },
    },
    {
      row: String(domain?.domainName),
      domain: domain?.domainName,
      places: {
        card: () => shownFor(`domains get ${domain?.domainName}`),
        confirmation: () => asked(`domains renew ${domain?.domainName}`),
        several: () => asked(`renewals renew domain:${domain?.domainName}`),
      },
    },
  ]
  for (const { row, domain: name, places } of things) {
    // What a confirmation asks CMR for, the forecast knows from then on.
    await places.confirmation()
    const price = await eventually(async () => {
      const rows = cells(await answer(`renewals 45d ${name} --all yes`))
      const shown = rows.find(([, , thing]) => thing === row)?.[3] ?? ''
      expect(shown).toMatch(/^\$\d/)
      return shown
    })
    for (const [place, shown] of Object.entries({
      ...places,
      diagnose: () => shownFor(`diagnose ${name}`),
    })) {
      const text = await shown()
      const amounts: string[] = text.match(/\$[\d,.]*\d/g) ?? []
      expect(amounts, `${place}: ${text}`).toContain(price)
    }
    expect(await places.confirmation()).toContain(`Renew for ${price}`)
    expect(await places.several()).toContain(`Renew for ${price}`)
  }
}, 60_000)

test('of a customer with nothing to renew there is no calendar file, which no calendar would open', async () => {
  const { userId } = (await world.control('customers', { company: 'Empty Ltd', domains: [] })) as {
    userId: string
  }
  const { text } = await answer(`renewals calendar --userId ${userId}`)
  expect(text).toMatch(/Nothing renews for .* in 45 days, so there is no file/)
})
