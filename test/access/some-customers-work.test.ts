import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { View } from '../../src/playground/types.ts'
import { buttonsIn } from '../support/clicks.ts'
import { readBack } from '../support/csv.ts'
import { eventually } from '../support/eventually.ts'
import { giveFile } from '../support/imports.ts'
import { commandOf, type Matrix, startMatrix } from './matrix/matrix.ts'
import { asking, shownIn } from './matrix/omar.ts'

// What people work with, for Omar, who has a role for one customer only: events, operations, approvals, files, Home.

let matrix: Matrix
let omar: string
beforeAll(async () => {
  matrix = await startMatrix()
})
beforeEach(async () => {
  await matrix.giveOmar('none')
  omar = await matrix.giveOmar('finance', matrix.own)
})
afterAll(() => matrix.close())

const asks = (id: string, values: Record<string, string> = {}, person = omar) =>
  asking(matrix, person, id, values)
const shown = (answer: string) => shownIn(matrix, answer)
const noRole = /:no_entry: \*[^*]+\*: your role /

/** CMR tells of trouble with a domain of each customer. @returns the events' ids */
async function troubles(name: string) {
  const ids = { own: `${name}-own`, foreign: `${name}-foreign` }
  for (const of of ['own', 'foreign'] as const) {
    const { user: userId, domain: domainName } = matrix[of]
    const envelope = { event: 'domain.renewal.failed', eventId: ids[of], data: { domainName, userId } }
    expect(await matrix.world.webhook(envelope)).toBe(200)
  }
  return ids
}

test('events and alerts of other customers are neither listed nor shown, and nobody takes care of them', async () => {
  const { own, foreign } = await troubles('listed')
  const listed = await asks('events.list')
  expect(shown(listed)).toMatchObject({ others: [] })
  expect(listed).toContain(own)
  expect(listed).toContain('Only your customers are shown')
  expect(await asks('events.list', { event: foreign })).toMatch(noRole)
  for (const id of ['events.show', 'events.why', 'alerts.why', 'alerts.acknowledge']) {
    expect([id, await asks(id, { eventId: foreign })]).toEqual([id, expect.stringMatching(noRole)])
    expect([id, await asks(id, { eventId: own })]).toEqual([id, expect.not.stringContaining(':no_entry:')])
  }
  expect(await asks('alerts.mute', { what: matrix.foreign.domain, until: '1d' })).toMatch(noRole)
  const offered = await matrix.doors.options(
    { person: omar, command: commandOf('events.show'), values: {} },
    'eventId',
  )
  expect([offered.includes(own), offered.includes(foreign)]).toEqual([true, false])
})

test('a button of an alert tells whoever may not press it nothing of what has happened since', async () => {
  const { world, foreign, own } = matrix
  const events = await troubles('overtaken')
  for (const { user: userId, domain: domainName } of [own, foreign]) {
    const data = { domainName, userId }
    const envelope = { event: 'domain.renewal.success', eventId: `since-${domainName}`, data }
    expect(await world.webhook(envelope)).toBe(200)
  }
  const press = (eventId: string, person = omar) =>
    matrix.doors.alertButton({ person, command: commandOf('domains.renew'), values: {} }, eventId)
  expect(await press(events.own)).toContain('Since this alert')
  expect(await press(events.foreign)).toMatch(noRole)
  // Vera has no role.
  const refused = await press(events.own, world.vera.id)
  expect(refused).toMatch(/:no_entry: \*domains renew\* needs/)
  expect(shown(refused)).toEqual({ own: 0, others: [] })
})

test('operations about other customers are neither listed nor told, and nobody decides what came of them', async () => {
  const { own, foreign, doors } = matrix
  // Ana has asked for one of each customer (`startMatrix`).
  const all = await asks('operations.list', { all: 'true' })
  expect(all).toContain(own.domain)
  expect(shown(all).others).toEqual([])
  expect(await asks('operations.list', { id: own.domain })).not.toMatch(noRole)
  for (const id of ['operations.list', 'operations.check', 'operations.look'])
    expect([id, await asks(id, { id: foreign.domain })]).toEqual([id, expect.stringMatching(noRole)])
  const offered = await doors.options(
    { person: omar, command: commandOf('operations.check'), values: {} },
    'id',
  )
  expect(shown(offered).others).toEqual([])
})

test('files hold their customers only: CSV of lists, renewals, and the calendar', async () => {
  const { world, own } = matrix
  for (const id of ['users.list', 'subscriptions.list', 'mailboxes.all', 'renewals.list', 'events.list'])
    await asks(id, { csv: 'yes' })
  await asks('renewals.calendar', { within: '400d' })
  const files = await eventually(async () => {
    const found = await world.filesIn(world.directMessages(omar))
    expect(Object.keys(found)).toHaveLength(6)
    return found
  })
  for (const [name, content] of Object.entries(files))
    expect([name, shown(content).others]).toEqual([name, []])
  const users = Object.entries(files).find(([name]) => name.startsWith('users-list'))?.[1]
  expect(readBack(users ?? '').map(({ userId }) => userId)).toEqual([own.user])
})

test('App Home shows their customers only, without the wallet, and loses all of it with the role', async () => {
  const { world, own } = matrix
  await troubles('home')
  await world.interactions.openHome(omar)
  const home = await eventually(() => {
    const text = JSON.stringify(world.home(omar) ?? '')
    expect(text).toContain('Only your customers are shown')
    // The alert stands in its channel a moment later.
    expect(text).toContain(own.domain)
    return text
  })
  expect(shown(home).others).toEqual([])
  expect(home).not.toMatch(/in the wallet|"renewals\.funds"|"users\.create"|"wallet\.get"/)
  await world.interactions.openHome(world.ana.id)
  await eventually(() => expect(JSON.stringify(world.home(world.ana.id) ?? '')).toMatch(/in the wallet/))
  await matrix.giveOmar('none', own)
  await world.interactions.openHome(omar)
  await eventually(() =>
    expect(JSON.stringify(world.home(omar))).toMatch(/:no_entry:.*you have no role here/),
  )
})

test('what is due is renewed for their customers only; what another one has is refused by every door', async () => {
  const { world, own, foreign, doors } = matrix
  await world.say('/cmr renewals renew all', omar)
  const view = await eventually(() => {
    const found = world.modalOf(omar)
    expect(JSON.stringify(found)).toMatch(/It costs|Nothing of this|Nothing due/)
    return found as View
  })
  expect(shown(JSON.stringify(view)).others).toEqual([])
  await world.interactions.close(omar)
  for (const items of [
    `domain:${foreign.domain}`,
    foreign.domain,
    `subscription:${foreign.subscription}`,
    `${own.domain} ${foreign.domain}`,
  ])
    expect([items, await asks('renewals.renew', { items })]).toEqual([items, expect.stringMatching(noRole)])
  expect(await asks('renewals.auto-renew', { items: foreign.domain })).toMatch(noRole)
  // A confirmation that says that it is the own customer's.
  const plan = [
    { kind: 'domain', id: foreign.domain, domain: foreign.domain, userId: own.user, paidUntil: 'x' },
  ]
  const forged = await doors.forgedInput(
    { person: omar, command: commandOf('renewals.renew'), values: {} },
    { plan },
  )
  expect(forged).toMatch(noRole)
  expect(await world.requests('domains.renew')).toEqual([])
})

test('of a file the rows of other customers are faults, and are not sent', async () => {
  const { world, own, foreign } = matrix
  const row = (domain: string) => `${domain},TXT,www,hello`
  const view = await giveFile(
    world,
    'dns import',
    ['Domain,Type,Host,Value', row(own.domain), row(foreign.domain)].join('\n'),
    omar,
  )
  expect(JSON.stringify(view.blocks)).toContain('Line 3: Your role is not for this customer')
  await world.submit({}, omar)
  await eventually(async () => expect(await world.requests('dns.add')).toHaveLength(1))
  const [sent] = await world.requests('dns.add')
  expect(sent?.body).toMatchObject({ domain: own.domain })
  // A name that is nearly another customer's leads to nothing.
  const near = foreign.domain.replace(/.com$/, 'x.com')
  const misspelled = await giveFile(
    world,
    'dns import',
    ['Domain,Type,Host,Value', row(own.domain), row(near)].join('\n'),
    omar,
  )
  expect(JSON.stringify(misspelled.blocks)).toContain('Line 3')
  expect(shown(JSON.stringify(misspelled.blocks)).others).toEqual([])
  await world.interactions.close(omar)
  const file = ['Mailbox,First name', `${own.mailbox},Janet`, `${foreign.mailbox},Janet`].join('\n')
  const renamed = await giveFile(world, 'mailboxes import', file, omar)
  expect(JSON.stringify(renamed.blocks)).toContain('Line 3: Your role is not for this customer')
})

test('an approval is asked for where the thing may be seen, and only those of their customers are listed', async () => {
  const { world, own, foreign } = matrix
  await asks('approvals.set', { channel: world.billing.id }, world.ana.id)
  const remove = (domains: string) => asks('domains.remove', { domains })
  expect(await remove(own.domain)).toContain('Ask for approval')
  expect(await remove(foreign.domain)).not.toContain('Ask for approval')
  // Whoever reads everything, and writes for some only.
  await matrix.giveOmar('viewer')
  await matrix.giveOmar('operator', own)
  const on = { domains: foreign.domain, autoRenew: 'true' }
  const refused = await asks('domains.auto-renew', on)
  expect(refused).toMatch(/is not for this customer.*Ask for approval/)
  expect(buttonsIn(JSON.parse(refused).blocks).map(({ text }) => text.text)).toEqual(['Ask for approval'])
})
