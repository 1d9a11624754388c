import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { startBot } from '../../src/app.ts'
import { parseConfig } from '../../src/config.ts'
import { inStore } from '../support/alerts.ts'
import { pressAction } from '../support/clicks.ts'
import { csvText, customerRow, readBack } from '../support/csv.ts'
import { dialects, testUrl } from '../support/databases.ts'
import { eventually } from '../support/eventually.ts'
import { giveFile, orderRow, outcomeOf } from '../support/imports.ts'
import { freePort } from '../support/servers.ts'
import { startWorld, type World } from '../support/world.ts'

const textOf = (blocks: readonly unknown[]) => JSON.stringify(blocks)
const customers = (count: number) => Array.from({ length: count }, (_, at) => customerRow(at))
const created = async (world: World) =>
  (await world.requests('users.create')).map(({ body }) => body as { email: string })

test.each(dialects)(
  'a file becomes a preview, a run with one message, and an outcome that accounts for every row, on %s',
  async (dialect) => {
    const world = await startWorld({ env: { DATABASE_URL: await testUrl(dialect) } })
    const rows = [
      ...customers(5),
      customerRow(9, { Country: 'Atlantis' }),
      customerRow(3),
      customerRow(7, { Company: '<!channel>' }),
    ]
    const view = await giveFile(world, 'users import', csvText(rows))
    const preview = textOf(view.blocks)
    expect(preview).toContain('5 of 8 rows')
    expect(preview).toContain('Line 7, Country: Give the two-letter code')
    expect(preview).toContain('Line 8, E-mail: customer3@example.com is on line 5 already.')
    expect(preview).not.toContain('<!channel>')
    expect(await created(world)).toEqual([])

    await world.submit({})
    const outcome = await outcomeOf(world)
    expect((await created(world)).map(({ email }) => email).toSorted()).toEqual(
      customers(5).map((row) => row['E-mail']),
    )
    const told = world.messages(world.ops.id).filter(({ text }) => text.includes('users import: '))
    expect(told).toHaveLength(1)
    expect(told[0]?.text).toContain('users import: all 5 done')
    expect(outcome.map(({ line, outcome: what }) => [line, what])).toEqual([
      ...['2', '3', '4', '5', '6'].map((line) => [line, 'done']),
      ...['7', '8', '9'].map((line) => [line, 'not sent: has errors']),
    ])
    expect(outcome[0]).toMatchObject({
      email: 'customer0@example.com',
      id: expect.stringMatching(/^[A-Z0-9]{20,}$/),
    })
  },
)

test.each([
  ['nothing', '', 'The file is empty'],
  ['columns and no row', 'email,company', 'but no rows below them'],
  ['a column misspelled', csvText([{ 'E-mail': 'a@b.co', Compnay: 'X' }]), 'Did you mean `company`?'],
  ['a picture', Buffer.from('89504e470d0a1a0a0000000d', 'hex'), 'This is not a CSV file'],
  ['an open quote', 'email,company\r\n"a,b', 'a quote is not closed'],
  ['no good row', csvText([customerRow(1, { Country: 'Mars' })]), 'The one row cannot be sent'],
])('a file with %s is refused in a sentence, and the form stays', async (_, content, sentence) => {
  const world = await startWorld()
  const view = await giveFile(world, 'users import', content)
  expect(textOf(view.blocks)).toContain(sentence)
  expect(view.blocks.some((block) => block.block_id === 'file')).toBe(true)
})

test.each(dialects)(
  'a run is stopped by a click and resumed by another; what was refused is named, nothing is sent twice, on %s',
  async (dialect) => {
    const world = await startWorld({ env: { DATABASE_URL: await testUrl(dialect) } })
    // CMR refuses one and lets the others wait, so that the run is not over before it is stopped.
    await world.control('faults', { endpoint: 'users.create', fault: 'held' })
    await world.control('faults', { endpoint: 'users.create', fault: '409', times: 1 })
    await giveFile(world, 'users import', csvText(customers(14)))
    await world.submit({})
    await eventually(async () => expect((await created(world)).length).toBeGreaterThan(3))
    await pressAction(world, 'imports.stop')
    await world.sees(/users import: stopping/)
    await world.control('faults/clear', {})
    await world.sees(/users import stopped: \d+ of 14 done/)
    await world.sees(`Stopped by <@${world.ana.id}>.`)
    const before = (await created(world)).length
    expect(before).toBeLessThan(14)
    await pressAction(world, 'imports.resume')
    const outcome = await outcomeOf(world)
    const emails = (await created(world)).map(({ email }) => email)
    expect(emails.toSorted()).toEqual(
      customers(14)
        .map((row) => row['E-mail'])
        .toSorted(),
    )
    // Several are under way at once: any of the first may be the one that arrives first.
    expect(outcome.map((row) => row.outcome).toSorted()).toEqual([...Array(13).fill('done'), 'failed'])
    const refused = outcome.find((row) => row.outcome === 'failed')
    expect(world.read()).toContain(`Line ${refused?.line} failed, ${refused?.email}`)
  },
)

test.runIf(dialects.includes('postgres'))(
  'two instances of the bot carry out a run as one: each row sent once, one message, one outcome',
  async () => {
    const world = await startWorld({ withBot: false, env: { DATABASE_URL: await testUrl('postgres') } })
    const instance = async (PORT = world.env.PORT ?? '') => {
      const parsed = parseConfig({ ...world.env, PORT })
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults))
      return startBot(parsed.config, {}, { requestsPerSecond: 12 })
    }
    const bots = [await instance(), await instance(String(await freePort()))]
    await giveFile(world, 'users import', csvText(customers(12)))
    await world.submit({})
    const outcome = await outcomeOf(world)
    expect(outcome.map((row) => row.outcome)).toEqual(Array(12).fill('done'))
    expect(await created(world)).toHaveLength(12)
    // What either was still doing is done.
    for (const bot of bots) await bot.stop()
    expect(await outcomeOf(world)).toEqual(outcome)
    expect(world.messages(world.ops.id).filter(({ text }) => text.includes('users import: '))).toHaveLength(1)
  },
)

test('an empty wallet stops a run of orders, and Resume of somebody who may order sends the rest', async () => {
  const world = await startWorld()
  const [user] = await world.look('users')
  const rows = [
    orderRow(user.email, 'first-of.com', 'GOOGLE'),
    orderRow(user.email, 'second-of.com', 'google'),
    orderRow(user.email, 'third-of.com', 'MICROSOFT'),
  ].map((row) => ({ ...row, 'Domain auto-renew': row.domain === 'second-of.com' ? 'yes' : '' }))
  await giveFile(world, 'orders import', csvText(rows))
  const preview = textOf((await world.opened()).blocks)
  expect(preview).toContain('in 2 requests')
  const price = Number(/It costs (?:about )?\*\$([\d.]+)\*/.exec(preview)?.[1])
  const { walletCents } = await world.look('state')
  await world.control('wallet', { balanceCents: 0 })
  await world.submit({})
  await world.sees(/orders import stopped: 0 of 3 done.*Add funds/)
  await pressAction(world, 'imports.resume', world.omar.id)
  await world.sees(new RegExp(`imports resume\\* needs the role \\*finance\\*.*Ask <@${world.ana.id}>`))
  // It would spend as Ana: nobody gets it past a limit of their own.
  const refused = () => world.read().match(/imports resume\* needs/g)?.length ?? 0
  const before = refused()
  await world.say('/cmr access limit --role operator --operation 1')
  await world.sees(/may spend \$1\.00 at once/)
  await pressAction(world, 'imports.resume', world.omar.id)
  await eventually(() => expect(refused()).toBe(2 * before))
  await world.say(`/cmr access grant ${world.vera.id} finance`)
  await world.say(`/cmr access limit ${world.vera.id} --day 5`)
  await pressAction(world, 'imports.resume', world.vera.id)
  await world.sees(/it spends as <@\w+>: only they, or somebody without a limit, can resume it/)
  await world.control('wallet', { balanceCents: walletCents })
  await pressAction(world, 'imports.resume')
  expect((await outcomeOf(world)).map((one) => one.outcome)).toEqual(['done', 'done', 'done'])
  expect(walletCents - (await world.look('state')).walletCents).toBe(Math.round(price * 100))
  // CMR leaves it off: the bot turns it on once the domain is registered.
  const waiting = inStore(
    world,
    `select name, follow_up from expected_results join operations on operations.id = operation_id
      where kind = 'auto-renew' and operations.state = 'accepted'`,
  )
  expect(waiting).toMatchObject([
    {
      name: 'second-of.com',
      follow_up: expect.stringContaining('"domains":["second-of.com"],"autoRenew":true'),
    },
  ])
})

test('however much is wrong with a file, its preview says what the rest costs', async () => {
  const world = await startWorld()
  const [user] = await world.look('users')
  const noRoutes = { email: '&'.repeat(90) }
  const wrong = Array.from({ length: 25 }, (_, at) => orderRow(noRoutes.email, `bad${at}-of.com`, 'GOOGLE'))
  const view = await giveFile(
    world,
    'orders import',
    csvText([orderRow(user.email, 'good-of.com', 'GOOGLE'), ...wrong]),
  )
  expect(textOf(view.blocks)).toContain('1 of 26 rows')
  expect(textOf(view.blocks)).toMatch(/It costs (?:about )?\*\$[\d.]+\*/)
})

test('a file in the form of one mailbox updates many, and one that CMR puts off is sent again', async () => {
  const world = await startWorld()
  const all = (await world.look('mailboxes')) as { email: string; userId: string; mailboxId: string }[]
  const byUser = [...Map.groupBy(all, ({ userId }) => userId).values()]
  const boxes = byUser.toSorted((a, b) => b.length - a.length)[0]?.slice(0, 20) ?? []
  await world.control('put-off', { mailboxIds: [boxes[1]?.mailboxId] })
  const rows = [
    ...boxes.map(({ email }) => ({ Mailbox: email, first_name: 'Nova' })),
    { Mailbox: 'no@where.com', first_name: 'X' },
  ]
  const view = await giveFile(world, 'mailboxes update', csvText(rows))
  expect(textOf(view.blocks)).toContain('CMR has no mailbox no@where.com')
  expect(textOf(view.blocks)).toContain('can be sent*, in 1 request to CMR.')
  await world.submit({})
  const outcome = await outcomeOf(world)
  expect(outcome.map((row) => row.outcome)).toEqual([...boxes.map(() => 'done'), 'not sent: has errors'])
  const sent = (await world.requests('mailboxes.update')) as unknown as {
    at: string
    body: { mailboxData: unknown[] }
  }[]
  expect(sent.map(({ body }) => body.mailboxData.length)).toEqual([boxes.length, 1])
  const [first, again] = sent.map(({ at }) => Date.parse(at))
  // At once it would only be put off again.
  expect((again ?? 0) - (first ?? 0)).toBeGreaterThan(4500)
})

test('an outcome that could not be written down is looked up as soon as it can', async () => {
  const world = await startWorld()
  await giveFile(world, 'users import', csvText(customers(3)))
  const database = new DatabaseSync(world.env.DATABASE_URL?.slice('file:'.length) ?? '')
  database.exec(
    `create trigger broken before update of state on import_rows begin select raise(abort, 'disk I/O error'); end`,
  )
  await world.submit({})
  await eventually(async () => expect(await created(world)).not.toEqual([]))
  database.exec('drop trigger broken')
  database.close()
  expect((await outcomeOf(world)).map((row) => row.outcome)).toEqual(['done', 'done', 'done'])
  expect(await created(world)).toHaveLength(3)
})

test('records are added from a file whose rows name only their domain', async () => {
  const world = await startWorld()
  const [first] = (await world.look('domains')) as { domainName: string }[]
  const domain = first?.domainName ?? ''
  const rows = [
    {
      Domain: domain,
      Type: 'txt',
      Host: '_dmarc',
      Value: 'v=DMARC1; p=none',
      Priority: '',
      'DMARC tags to leave out': 'sp, rua',
    },
    { Domain: domain, Type: 'MX', Host: '@', Value: 'mx.acme.com', Priority: '' },
    { Domain: domain, Type: 'A', Host: 'www', Value: 'notanip', Priority: '' },
  ]
  const view = await giveFile(world, 'dns import', csvText(rows).replaceAll(',', ';'))
  expect(textOf(view.blocks)).toContain('Line 3, Priority: An MX record needs a priority')
  expect(textOf(view.blocks)).toContain('Line 4, Value: An A record holds an IPv4 address')
  await world.submit({})
  expect((await outcomeOf(world)).map((row) => row.outcome)).toEqual([
    'done',
    'not sent: has errors',
    'not sent: has errors',
  ])
  const [sent] = await world.requests('dns.add')
  expect(sent?.body).toMatchObject({
    domain,
    records: [{ host: '_dmarc', recordType: 'TXT', excludedDMARCtags: ['rua', 'sp'] }],
  })
})

test('who may not write may not import', async () => {
  const world = await startWorld({ role: 'viewer' })
  await world.say('/cmr users import', world.omar.id)
  await world.sees(/users import\* needs an \*operator/)
})

test('every list can be had as a file: all its pages, no credentials, nothing that a spreadsheet would run', async () => {
  const world = await startWorld()
  await giveFile(world, 'users import', csvText([...customers(30)]))
  await world.submit({})
  await outcomeOf(world)
  await world.say('/cmr users list')
  await world.sees(/"users\.list:csv"/)
  await pressAction(world, 'users.list:csv')
  await world.sees(/all pages, as users-list-/)
  const files = await world.filesIn(world.directMessages(world.ana.id))
  const rows = readBack(Object.values(files)[0] ?? '')
  expect(rows.length).toBe((await world.look('users')).length)
  expect(rows.map(({ email }) => email)).toContain('customer29@example.com')
})

test('a template has every column and a row that the import itself takes', async () => {
  const world = await startWorld()
  await world.say('/cmr imports template users')
  await world.sees(/\*Import customers\*: a file with the columns/)
  const [content = ''] = Object.values(await world.filesIn(world.directMessages(world.ana.id)))
  const view = await giveFile(world, 'users import', content)
  expect(textOf(view.blocks)).toContain('The one row of')
})
