import { expect, test } from 'vitest'
import { approvalCard } from '../../src/access/approvals/messages.ts'
import type { Approval } from '../../src/access/approvals/store.ts'
import { inStore, pressOn } from '../support/alerts.ts'
import { asked, cards, changeStore, decide, seenBy } from '../support/approvals.ts'
import { confirm } from '../support/clicks.ts'
import { eventually } from '../support/eventually.ts'
import { limitsBroken } from '../support/limits.ts'
import { isRenewable } from '../support/renewable.ts'
import { startWorld, type World } from '../support/world.ts'

const requestIn = (card: unknown) => String(/Request (\w{8})/.exec(JSON.stringify(card))?.[1])
const toldTo = (world: World, person: string) => JSON.stringify(world.messages(world.directMessages(person)))

test('two cards in one thread: each button, and each form of a reason, decides its own', async () => {
  const { world, omar, domain } = await asked()
  const second = String((await world.look('domains')).filter(isRenewable)[1]?.domainName)
  await world.say(`/cmr domains renew ${second}`, omar)
  await confirm(world, omar)
  await eventually(() => expect(cards(world)).toHaveLength(2))
  const [first, other] = cards(world)
  const approve = (card: unknown) =>
    world.send({
      payload: JSON.stringify({
        type: 'block_actions',
        team: { id: world.team },
        user: { id: world.ana.id, team_id: world.team },
        channel: { id: world.billing.id },
        // Both stand in the thread of the first, and Slack names that one as the message of each.
        container: {
          type: 'message',
          channel_id: world.billing.id,
          message_ts: first?.ts,
          thread_ts: first?.ts,
        },
        message: { ts: first?.ts, thread_ts: first?.ts },
        trigger_id: '1.1',
        actions: [
          { type: 'button', action_id: 'approvals.approve', value: requestIn(card), action_ts: '1.1' },
        ],
      }),
    })
  await approve(other)
  await eventually(async () => expect(await world.requests('domains.renew')).toHaveLength(1))
  expect((await world.requests('domains.renew'))[0]?.body).toMatchObject({ domains: [second] })
  await eventually(() => expect(JSON.stringify(cards(world)[1])).toMatch(/Approved by/))
  expect(JSON.stringify(cards(world)[0])).toMatch(/Waits for an approval.*"approvals\.approve"/)

  await decide(world, 'Refuse', world.ana.id, first)
  await world.opened(world.ana.id)
  await world.submit({ why: 'Let it go' }, world.ana.id)
  await eventually(() => expect(JSON.stringify(cards(world)[0])).toMatch(/Refused by <@.*Let it go/))
  expect(JSON.stringify(cards(world)[1])).not.toMatch(/Refused/)
  await eventually(() => expect(toldTo(world, omar)).toMatch(/Refused by/))
  expect(toldTo(world, omar)).toContain(domain)
  expect(await world.requests('domains.renew')).toHaveLength(1)
})

test.each([
  ['what runs', `input = replace(input, '"', '" ')`],
  ['the price', 'cents = 1'],
  ['what is shown', `question = 'Something harmless'`],
  ['its details', `details = 'Something harmless'`],
  ['why', `why = 'It is urgent'`],
  ['who asked', `requester = 'U0SOMEBODY'`],
  ['until when', `expires_at = '2099-01-01T00:00:00.000Z'`],
  ['where it runs', `channel = 'C0SOMEWHERE'`],
  ['its number', `id = 'deadbeef'`],
])('a request whose row was altered does not run: %s', async (_, change) => {
  const { world } = await asked()
  changeStore(world, `update approvals set ${change}`)
  const [{ id } = {}] = inStore(world, 'select id from approvals')
  await world.say(`/cmr approvals approve ${id}`)
  await world.sees(/What was stored differs from what was requested/)
  expect(await world.requests('domains.renew')).toEqual([])
})

test('an approved request that is copied, or set back, in the database runs no second time', async () => {
  const { world } = await asked()
  await decide(world, 'Approve', world.ana.id)
  await eventually(() =>
    expect(inStore(world, "select id from approvals where state = 'done'")).toHaveLength(1),
  )
  const columns = inStore(world, 'select * from approvals')[0] ?? {}
  const names = Object.keys(columns).filter((name) => name !== 'id')
  changeStore(
    world,
    `insert into approvals (id, ${names}) select 'deadbeef', ${names.map((name) => (name === 'state' ? "'approved'" : name))} from approvals`,
  )
  await eventually(() =>
    expect(inStore(world, "select state from approvals where id = 'deadbeef'")).toEqual([
      { state: 'changed' },
    ]),
  )
  changeStore(world, "update approvals set state = 'approved' where state = 'done'")
  await eventually(() =>
    expect(inStore(world, "select id from approvals where state = 'done'")).toHaveLength(1),
  )
  expect(await world.requests('domains.renew')).toHaveLength(1)
})

test('a policy that has become stricter counts for what is open, one that has become laxer does not', async () => {
  const { world, omar, domain } = await asked()
  await world.say(`/cmr access grant ${world.vera.id} admin`)
  await world.sees(/has the role \*admin\* now/)
  await world.say(`/cmr approvals set ${world.billing.id} --approvers 2`)
  await world.sees(/two approvers/)
  await decide(world, 'Approve', world.ana.id)
  await eventually(() => expect(JSON.stringify(cards(world)[0])).toMatch(/one more approver is needed/))
  await world.say(`/cmr approvals set ${world.billing.id}`)
  await world.sees(/one approver,/)
  expect(await world.requests('domains.renew')).toEqual([])
  await decide(world, 'Approve', world.vera.id)
  await eventually(async () => expect(await world.requests('domains.renew')).toHaveLength(1))
  await eventually(() => expect(toldTo(world, omar)).toMatch(/Approved by <@\w+> and <@\w+>/))
  expect(toldTo(world, omar)).toContain(domain)
})

test('what was asked for in a thread runs there; a role that was lost meanwhile runs nothing', async () => {
  const { world, omar, domain } = await asked()
  await world.say(`/cmr access grant ${omar} none`)
  await world.sees(/has the role \*none\*/)
  await decide(world, 'Approve', world.ana.id)
  await eventually(() =>
    expect(JSON.stringify(cards(world)[0])).toMatch(/Approved by.*you have no role here/),
  )
  expect(await world.requests('domains.renew')).toEqual([])
  await world.say(`/cmr access revoke ${omar}`)
  await world.sees(/no role of their own any more/)

  // From the button of an alert: what follows stands in its thread.
  await world.webhook({ event: 'domain.grace_period', eventId: 'E1', data: { domainName: domain } })
  const alert = await eventually(() => {
    const found = world.messages(world.alerts.id).find((one) => JSON.stringify(one).includes('domains.renew'))
    if (!found) throw new Error(`no alert ${JSON.stringify(world.messages(world.alerts.id))}`)
    return found
  })
  await pressOn(world, alert, 'Renew domain for $14.50', omar)
  await confirm(world, omar)
  await eventually(() => expect(cards(world)).toHaveLength(2))
  await decide(world, 'Approve', world.ana.id)
  await eventually(async () => expect(await world.requests('domains.renew')).toHaveLength(1))
  await eventually(() =>
    expect(
      world
        .messages(world.alerts.id)
        .filter(({ threadTs, text }) => threadTs === alert.ts && /enew/.test(text)),
    ).not.toEqual([]),
  )
})

test('a card whose posting was not noted is found again after a restart, and so is what the requester was told', async () => {
  const { world, omar } = await asked()
  changeStore(world, 'update approvals set message_ts = null, message_channel = null, shown_version = 0')
  await world.restart()
  await eventually(() =>
    expect(inStore(world, 'select message_ts as ts from approvals')).toEqual([{ ts: cards(world)[0]?.ts }]),
  )
  await decide(world, 'Approve', world.ana.id)
  await eventually(() =>
    expect(inStore(world, 'select told_at from approvals')).not.toEqual([{ told_at: null }]),
  )
  changeStore(world, 'update approvals set told_at = null')
  await world.restart()
  await eventually(() =>
    expect(inStore(world, 'select told_at from approvals')).not.toEqual([{ told_at: null }]),
  )
  expect(cards(world)).toHaveLength(1)
  expect(
    world.messages(world.directMessages(omar)).filter(({ text }) => text.includes('Your request')),
  ).toHaveLength(1)
})

test.each([
  ['Slack does not show', { message_ts: "'1.1'" }],
  [
    'somebody is posting',
    { message_ts: 'null', posting_at: `'${new Date(Date.now() + 3_600_000).toISOString()}'` },
  ],
])('requests that %s hold up no other', async (_, how) => {
  const { world, omar } = await asked()
  // Fifty cards in a channel that is gone.
  const names = Object.keys(inStore(world, 'select * from approvals')[0] ?? {}).filter(
    (name) => name !== 'id',
  )
  const values: Readonly<Record<string, string>> = {
    state: "'expired'",
    message_channel: "'C0GONE'",
    version: '2',
    created_at: "'2020-01-01T00:00:00.000Z'",
    ...how,
  }
  changeStore(
    world,
    `with recursive n (i) as (select 1 union all select i + 1 from n where i < 50)
     insert into approvals (id, ${names}) select 'gone' || i, ${names.map((name) => values[name] ?? name)}
     from approvals, n where length(id) = 8`,
  )
  const second = String((await world.look('domains')).filter(isRenewable)[1]?.domainName)
  await world.say(`/cmr domains renew ${second}`, omar)
  await confirm(world, omar)
  await eventually(() => expect(cards(world)).toHaveLength(2))
})

test('an approvals channel that is gone shows in the status', async () => {
  const { world } = await asked('', { monotonic: () => performance.now() * 60 })
  const status = async () => (await fetch(`${world.botUrl}/readyz`)).text()
  await eventually(async () => expect(await status()).toMatch(/Approvals channel[^}]*the bot is in #billing/))
  await world.call('conversations.archive', { channel: world.billing.id }, 'ana')
  await eventually(async () =>
    expect(await status()).toMatch(
      /Approvals channel[^}]*#billing is archived: unarchive it, or choose another/,
    ),
  )
  await world.say('/cmr status')
  await world.sees(/#billing is archived/)
})

test('an odd number finds nothing and mentions nobody; nobody can be left without whom to ask', async () => {
  const world = await startWorld()
  const [omar, vera] = [world.omar.id, world.vera.id]
  for (const id of ['<!channel>', '*', '%', "' or 1=1", '0', '../../etc/passwd']) {
    await world.say(`/cmr approvals approve "${id}"`)
    await eventually(() => expect(seenBy(world, world.ana.id)).toMatch(/There is no request/))
  }
  expect(seenBy(world, world.ana.id)).not.toContain('<!channel>')

  await world.say(`/cmr access grant ${omar} admin`)
  await world.sees(/has the role \*admin\* now/)
  await world.say(`/cmr approvals set ${world.billing.id} --always roles`)
  await world.sees(/always, for everybody.*roles/)
  await world.say(`/cmr access revoke ${omar}`)
  await eventually(() => expect(cards(world)).toHaveLength(1))
  // He agrees to lose his own role, and nobody could ever be asked again.
  await decide(world, 'Approve', omar)
  await eventually(() => expect(JSON.stringify(cards(world)[0])).toMatch(/take 2 admins.*there would be 1/))
  await world.say(`/cmr access grant ${vera} admin`)
  await eventually(() => expect(cards(world)).toHaveLength(2))
  await decide(world, 'Approve', omar)
  await eventually(() => expect(toldTo(world, world.ana.id)).toMatch(/has the role \*admin\* now/))
  await world.say(`/cmr access revoke ${omar}`)
  await eventually(() => expect(cards(world)).toHaveLength(3))
  await decide(world, 'Approve', vera)
  await eventually(() => expect(toldTo(world, world.ana.id)).toMatch(/has no role of their own any more/))
})

test('an admin whose time is over is neither named nor counted', async () => {
  let ahead = 0
  const world = await startWorld({ clock: () => new Date(Date.now() + ahead) })
  const omar = world.omar.id
  await world.say(`/cmr access grant ${omar} admin --days 2`)
  await world.sees(/has the role \*admin\* now, until/)
  ahead = 3 * 86_400_000
  await world.say(`/cmr approvals set ${world.billing.id} --always destroying`)
  await world.sees(/take 2 admins.*there would be 1/)
  await world.say('/cmr unfreeze', omar)
  await eventually(() => expect(seenBy(world, omar)).toMatch(/needs an \*admin\*.*Ask <@/))
  expect(seenBy(world, omar)).not.toMatch(new RegExp(`Ask [^.]*<@${omar}>`))
})

test('a long request is shown whole, with what its confirmation shows below', () => {
  const names = Array.from({ length: 400 }, (_, at) => `domain-number-${at}.example`)
  const card = approvalCard({
    id: 'deadbeef',
    command: 'domains.remove',
    requester: 'U1',
    question: `*Remove 400 domains?*\n${names.join(', ')}`,
    details: 'Wallet afterwards: $12.00',
    approved_by: '[]',
    state: 'open',
    cents: null,
    why: 'It always needs an approval.',
    created_at: '2026-01-01T00:00:00.000Z',
    expires_at: '2026-01-02T00:00:00.000Z',
  } as unknown as Approval)
  const shown = JSON.stringify(card.blocks)
  expect(names.filter((name) => !shown.includes(name))).toEqual([])
  expect(shown).toContain('Wallet afterwards: $12.00')
  expect(limitsBroken('message', card)).toEqual([])
})
