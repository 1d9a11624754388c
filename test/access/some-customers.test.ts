import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { inStore } from '../support/alerts.ts'
import { commandOf, type Matrix, startMatrix } from './matrix/matrix.ts'
import { asking, shownIn } from './matrix/omar.ts'

// Omar has a role for one customer only, and everybody's default role is none.

let matrix: Matrix
let omar: string
beforeAll(async () => {
  matrix = await startMatrix()
})
beforeEach(async () => {
  omar = await matrix.giveOmar('finance', matrix.own)
})
afterAll(() => matrix.close())

const asks = (id: string, values: Record<string, string> = {}, person = omar) =>
  asking(matrix, person, id, values)
const shown = (answer: string) => shownIn(matrix, answer)

const lists = [
  ['users.list', {}],
  ['users.list', { search: '.' }],
  ['mailboxes.all', {}],
  ['subscriptions.list', {}],
  ['find.show', { text: '.com' }],
  ['find.show', { text: 'a' }],
  ['renewals.list', { within: '400d' }],
  ['domains.list', { userId: 'own' }],
] as const

test.each(lists)('%s %o shows the things of their customers only, and says so', async (id, values) => {
  const given = 'userId' in values ? { userId: matrix.own.user } : values
  const answer = await asks(id, given)
  const named = shown(answer)
  expect(named.others).toEqual([])
  expect(named.own).toBeGreaterThan(0)
  if (id !== 'domains.list') expect(answer).toContain('Only your customers are shown')
  // Nor how many others there are.
  if (id === 'find.show') expect(answer).not.toMatch(/so far \d+ customers/)
  // Whoever may see everybody's is told nothing of it.
  const all = await asks(id, given, matrix.world.ana.id)
  expect(all).not.toContain('Only your customers')
  if (id !== 'domains.list') expect(shown(all).others).not.toEqual([])
})

test('a thing of another customer is refused with one sentence, whatever it is named by, and nothing of it is shown', async () => {
  const { own, foreign } = matrix
  const named = (of: typeof own) =>
    [
      ['users.get', { userId: of.user }],
      ['domains.get', { domain: of.domain }],
      ['dns.list', { domain: of.domain }],
      ['mailboxes.get', { mailboxId: of.mailbox }],
      ['orders.get', { orderId: of.order }],
      ['subscriptions.list', { domain: of.domain }],
      ['renewals.list', { domain: of.domain }],
      ['renewals.calendar', { userId: of.user }],
      ['find.show', { kind: 'domain', userId: of.user }],
      ['diagnose.show', { thing: of.domain }],
    ] as const
  for (const [id, values] of named(own))
    expect([id, await asks(id, values)]).toEqual([id, expect.not.stringContaining(':no_entry:')])
  for (const [id, values] of named(foreign)) {
    const answer = await asks(id, values)
    expect([id, answer]).toEqual([id, expect.stringContaining('your role is not for this customer')])
    expect([id, shown(answer).others]).toEqual([id, []])
  }
})

test('a thing of another customer stays theirs, whoever somebody says it belongs to', async () => {
  const { own, foreign } = matrix
  for (const userId of [own.user, foreign.user])
    for (const [kind, id] of [
      ['orderId', foreign.order],
      ['subscriptionId', foreign.subscription],
      ['mailboxId', foreign.mailbox],
      ['domain', foreign.domain],
    ] as const) {
      const answer = await asks('diagnose.show', { [kind]: id, userId })
      expect([kind, userId, answer]).toEqual([kind, userId, expect.stringContaining(':no_entry:')])
    }
  for (const [kind, id] of [
    ['orderId', own.order],
    ['subscriptionId', own.subscription],
    ['mailboxId', own.mailbox],
    ['domain', own.domain],
  ] as const) {
    const answer = await asks('diagnose.show', { [kind]: id, userId: own.user })
    expect([kind, answer]).toEqual([kind, expect.not.stringContaining(':no_entry:')])
    const other = await asks('diagnose.show', { [kind]: id, userId: foreign.user })
    expect([kind, shown(other).others]).toEqual([kind, []])
  }
})

test('a name that several customers go by, or nobody, tells nothing of others', async () => {
  const nobody = await asks('users.get', { userId: 'nobody at all' })
  expect(nobody).toContain('name one of them, or something of theirs')
  expect(shown(nobody)).toEqual({ own: 0, others: [] })
  // Several are called so; one of them is theirs.
  const users = inStore(matrix.world, `select id, name from directory_entries where kind = 'user'`)
  const name = String(users.find(({ id }) => id === matrix.own.user)?.name).toLowerCase()
  const letter = [...name].find(
    (one) => users.filter((user) => String(user.name).toLowerCase().includes(one)).length > 1,
  )
  const several = await asks('users.get', { userId: String(letter) })
  expect(shown(several).own).toBeGreaterThan(0)
  expect(shown(several).others).toEqual([])
  expect(await asks('users.get', { userId: String(letter) }, matrix.world.ana.id)).toContain('match “')
})

test('what is about everybody is refused, and is not offered in help', async () => {
  for (const id of ['wallet.get', 'renewals.funds', 'digest.show', 'alerts.list', 'alerts.failed'])
    expect(await asks(id)).toContain(
      'your role is for some customers only, and this is not about one of them alone',
    )
  const help = await asks('help.show')
  expect(help).not.toMatch(/`wallet` {2}/)
  expect(help).toMatch(/`domains` {2}/)
})

test('pickers offer the things of their customers only, also before a customer is chosen', async () => {
  const pickers = [
    ['users.get', 'userId'],
    ['domains.get', 'domain'],
    ['mailboxes.get', 'mailboxId'],
    ['diagnose.show', 'thing'],
    ['renewals.renew', 'items'],
  ] as const
  for (const [id, field] of pickers) {
    const attempt = { person: omar, command: commandOf(id), values: {} }
    const offered = await matrix.doors.options(attempt, field)
    expect([id, shown(offered).others]).toEqual([id, []])
    const typed = await matrix.doors.options(attempt, field, matrix.foreign.domain)
    expect([id, shown(typed).others.filter((name) => name !== matrix.foreign.domain)]).toEqual([id, []])
    if (id === 'users.get' || id === 'domains.get' || id === 'mailboxes.get')
      expect(shown(offered).own).toBeGreaterThan(0)
  }
})
