import { expect, test } from 'vitest'
import { confirm, press } from '../support/clicks.ts'
import { eventually } from '../support/eventually.ts'
import { startWorld } from '../support/world.ts'

const dayOf = (at: Date | number) =>
  new Intl.DateTimeFormat('en-US', {
    month: 'short',
    day: 'numeric',
    year: 'numeric',
    timeZone: 'UTC',
  }).format(at)
const dayIn = (days: number) => dayOf(Date.now() + days * 86_400_000)

test('a role ends when the line says, and what is wrong about that is said of it', async () => {
  const world = await startWorld()
  const vera = '@vera'
  await world.say(`/cmr access grant ${vera} finance for 2 weeks`)
  await world.sees(`has the role *finance* now, until ${dayIn(14)}`)
  const friday = 5 - new Date().getUTCDay()
  await world.say(`/cmr access grant ${vera} operator until friday`)
  await world.sees(`has the role *operator* now, until ${dayIn(friday > 0 ? friday : friday + 7)}`)
  const [now, next] = [new Date(), new Date().getUTCFullYear() + 1]
  const lastOfMonth = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 0))
  await world.say(`/cmr access grant ${vera} operator until next month`)
  await world.sees(`has the role *operator* now, until ${dayOf(lastOfMonth)}`)
  await world.say(`/cmr access grant until ${next}-03-24 ${vera} viewer`)
  await world.sees(`has the role *viewer* now, until Mar 24, ${next}`)
  await world.say(`/cmr make ${vera} finance until 25/3/${next}`)
  await world.sees(`has the role *finance* now, until Mar 25, ${next}`)
  await world.say(`/cmr access grant ${vera} operator --days 3 weeks`)
  await world.sees(`has the role *operator* now, until ${dayIn(21)}`)
  await world.say(`/cmr access grant ${vera} admin until whenever`)
  await eventually(() =>
    expect(JSON.stringify([world.read(), world.modalOf(world.ana.id)])).toMatch(
      /“whenever” is no day on which a role can end/,
    ),
  )
  await world.interactions.close(world.ana.id)
  await world.say(`/cmr access grant ${vera} admin until 2020-01-01`)
  await eventually(() =>
    expect(JSON.stringify([world.read(), world.modalOf(world.ana.id)])).toMatch(/Choose a day from today/),
  )
  expect(world.read()).not.toMatch(/has the role \*admin\*/)
})

test('a date that may mean two days is asked about, and the day that is chosen is taken', async () => {
  const world = await startWorld()
  const year = new Date().getUTCFullYear() + 1
  const vera = '@vera'
  await world.say(`/cmr access grant ${vera} finance until 02/03/${year}`)
  await world.sees(`02/03/${year} can be Feb 3, ${year} or Mar 2, ${year}. Which one do you mean?`)
  expect(world.read()).not.toMatch(/has the role \*finance\*/)
  await press(world, `Mar 2, ${year}`)
  await world.sees(`has the role *finance* now, until Mar 2, ${year}`)
  await world.say('/cmr renewals until 01/02')
  await world.sees('01/02 can be Jan 2 or Feb 1.')
  await press(world, 'Jan 2')
  await world.sees(/until Jan 2/)
  await world.say('/cmr alerts mute')
  await world.opened()
  const { errors } = await world.submit({ what: 'acme.com', until: `02/03/${year}` })
  expect(errors?.until).toBe(`02/03/${year} can be Feb 3, ${year} or Mar 2, ${year}.`)
  await world.interactions.close(world.ana.id)
  await world.say(`/cmr alerts mute acme.com until 05/06/${year}`)
  await world.sees(`05/06/${year} can be May 6, ${year} or Jun 5, ${year}.`)
})

test('several domains to diagnose are offered one by one', async () => {
  const world = await startWorld()
  const [one, other] = (await world.look('domains')).map(
    (domain: { domainName: string }) => domain.domainName,
  )
  await world.say(`/cmr diagnose <http://${one}|${one}>, https://${other}/path`)
  await world.sees('*diagnose* takes one domain at a time. Which one?')
  await press(world, String(other))
  await world.sees(new RegExp(`\\*${other} [^\\n]*|${other}`))
})

test('several lines of a zone file are added one by one, and never only the first', async () => {
  const world = await startWorld()
  const [{ domainName: domain }] = await world.look('domains')
  await world.say(
    `/cmr dns add ${domain}\n@ 3600 IN MX 10 mx1.x.com.\nwww IN CNAME x.y.com.\nk1._domainkey TXT ( "v=DKIM1; p=MIGf"\n "MA0G" )`,
  )
  await world.sees(/\*dns add\* takes one at a time\. `\/cmr dns import` adds all of them from a CSV file/)
  await press(world, 'www IN CNAME x.y.com.')
  await eventually(() =>
    expect(JSON.stringify(world.modalOf(world.ana.id))).toMatch(/After: CNAME `www` → `x\.y\.com`/),
  )
  await confirm(world)
  await world.sees(/CNAME `www` → `x\.y\.com`/)
  expect(world.read()).not.toMatch(/After: MX/)
})

test('the type of an A record is no article', async () => {
  const world = await startWorld()
  const [{ domainName: domain }] = await world.look('domains')
  await world.say(`/cmr dns change ${domain} A @ 203.0.113.77`)
  await eventually(() =>
    expect(JSON.stringify([world.read(), world.modalOf(world.ana.id)])).toMatch(/A @|A `@`/),
  )
})

test('the login of a mailbox is the login of its workspace’s admin', async () => {
  const world = await startWorld()
  const [{ email }] = await world.look('mailboxes')
  await world.say(`/cmr mailboxes login ${email}`)
  await world.sees(/Admin of|admin login|Admin login/i)
})

test('a status beside a name is a status, wherever it stands', async () => {
  const world = await startWorld()
  const [{ domainName: domain, userId }] = await world.look('domains')
  const { company } = (await world.look('users')).find((user: { userId: string }) => user.userId === userId)
  const lines = [`ACTIVE ${company}`, `${company} active`, `list ACTIVE ${company}`, `ACTIVE ${domain}`]
  for (const line of lines) {
    const before = world.messages(world.ops.id).length
    await world.say(`/cmr subscriptions ${line}`)
    await eventually(() => {
      const shown = JSON.stringify(world.messages(world.ops.id).slice(before))
      expect(shown).toContain(domain)
      expect(shown).not.toMatch(/no customer|warning/)
    })
  }
})

test('all alerts are sent to a channel, and a person is never deleted as a customer', async () => {
  const world = await startWorld()
  await world.say('/cmr send all alerts to #ops')
  await world.sees(/\*r1\*/)
  expect(world.read()).not.toMatch(/There is no event/)
  await world.say('/cmr remove @vera')
  await world.sees(/had no role of their own/)
  await world.say('/cmr send all alerts but urgent and good to #billing')
  await world.sees(/\*r2\*: .* gets every event \(bad, info\)/)
  await world.say('/cmr send only urgent alerts to #billing')
  await world.sees(/\*r3\*: .* gets every event \(urgent\)/)
  await world.say('/cmr send all but domains to #billing')
  await world.sees(/A route takes the kinds that are named, so “all but domains” is none/)
  await world.say('/cmr access grant @vera operator')
  await world.sees(/has the role \*operator\* now/)
  await world.say('/cmr remove @vera from admins')
  await world.sees(/did not have the role \*admin\*, and keeps \*operator\*/)
  await world.say('/cmr remove @vera from operators')
  await world.sees(/has no role of their own any more/)
})

test('a role for a customer of several words is for that customer alone', async () => {
  const world = await startWorld()
  for (const company of ['Acorn', 'Acorn Media']) await world.control('customers', { company, domains: [] })
  await world.say('/cmr access grant @vera viewer for Acorn Media until friday')
  await world.sees(/has the role \*viewer\* now, only for Acorn Media \([^)]*\), until/)
  await world.say('/cmr access grant @vera viewer for Acorn and Northwind, Northwind')
  await world.sees(/has the role \*viewer\* now, only for Acorn \([^)]*\), Northwind Recruiting \([^)]*\)\./)
  await world.say('/cmr access grant @vera viewer for Acorn, Northwind and until friday')
  await world.sees(/only for Acorn \([^)]*\), Northwind Recruiting \([^)]*\), until/)
})
