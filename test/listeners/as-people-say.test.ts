import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { View } from '../../src/playground/types.ts'
import { choose, initialOf, press, pressInForm } from '../support/clicks.ts'
import { eventually } from '../support/eventually.ts'
import { shareWorld, type World } from '../support/world.ts'

interface Thing {
  readonly userId: string
  readonly domain: string
  readonly domainName: string
  readonly email: string
  readonly company: string
  readonly mailboxId: string
}

let world: World
let close: () => Promise<void>
let mailboxes: Thing[]
let users: Thing[]

beforeAll(async () => {
  const shared = await shareWorld({ prewarmSandbox: true })
  world = shared
  close = shared.close
  mailboxes = await world.look('mailboxes')
  users = await world.look('users')
  await world.say('/cmr mailboxes all --limit 100')
  await world.sees(/mailboxes\* · page 1 of |mailboxes, .* page 1 of /)
})
afterEach(async () => {
  while (world.modalOf(world.ana.id)) await world.interactions.close(world.ana.id)
})
afterAll(() => close())

const [one, two] = [0, 1].map((at) => () => {
  const owners = [...new Set(mailboxes.map(({ userId }) => userId))]
  const box = mailboxes.find(({ userId }) => userId === owners[at])
  if (!box) throw new Error('no such customer')
  return { ...box, user: users.find(({ userId }) => userId === box.userId) as Thing }
})
if (!one || !two) throw new Error('unreachable')

/** The form or confirmation that is open, once it says this. */
async function asked(text: RegExp, command?: string): Promise<View> {
  return world.opened(
    world.ana.id,
    (view) => (!command || view.callback_id === command) && text.test(JSON.stringify(view.blocks)),
  )
}

test('an address and the id behind it are one mailbox, removed once', async () => {
  const { email, mailboxId } = one()
  await world.say(`/cmr mailboxes remove ${email} ${mailboxId}`)
  const view = await asked(/Remove 1 mailbox for good/)
  expect(JSON.parse(String(view.private_metadata)).typed).toBe(email)
})

test('a pre-warmed domain that was pasted twice is ordered and charged once', async () => {
  const domain = (await world.look('inventory')).find(
    (entry: { serviceProvider: string }) => entry.serviceProvider === 'GOOGLE',
  ).domain
  const before = (await world.look('state')).walletCents
  await world.say(
    `/cmr prewarm order ${one().user.email} ${domain} ${domain} GOOGLE --googleOauthRoute DEFAULT`,
  )
  await asked(/It costs (?:about )?\*\$21\.00\*/)
  await world.submit({})
  await eventually(async () => expect((await world.look('state')).walletCents).toBe(before - 2100))
})

test('a domain that is warm at the other provider is said to be', async () => {
  const domain = (await world.look('inventory')).find(
    (entry: { serviceProvider: string }) => entry.serviceProvider === 'MICROSOFT',
  ).domain
  await world.say(`/cmr prewarm order ${one().user.email} ${domain} GOOGLE --googleOauthRoute DEFAULT`)
  await asked(/not in Google’s inventory/)
})

test('what clashes across customers is refused, what does not names them all', async () => {
  const [mine, theirs] = [one(), two()]
  await world.say(`/cmr subscriptions recreate ${mine.domain} ${theirs.domain}`)
  const view = JSON.stringify(await asked(/Recreate/, 'subscriptions.recreate'))
  expect(view).toContain('*2 customers*: ')
  expect(view).toContain(`*${mine.user.company}*`)
  expect(view).toContain(`*${theirs.user.company}*`)
  await world.interactions.close(world.ana.id)
  await world.say(`/cmr domains remove ${mine.domain} ${theirs.domain}`)
  await asked(/belong to different customers. Name things of one customer at a time/)
})

test('a confirmation says whose it is right below what it asks', async () => {
  const { domain, user } = one()
  await world.say(`/cmr subscriptions cancel ${domain}`)
  const view = await asked(/Cancel the subscription/)
  const [text] = view.blocks as { text: { text: string } }[]
  expect(text?.text.text.split('\n').slice(0, 2)).toEqual([
    `*Cancel the subscription on ${domain}?*`,
    expect.stringContaining(`Customer: *${user.company}*`),
  ])
})

test.each<[string, string, Record<string, string>]>([
  ['exports connect', 'smartlead', { app: 'SMARTLEAD' }],
  ['domains auto-renew', '--autoRenew yes', { autoRenew: 'true' }],
  ['placement run', '--spamassassin on --blacklist no', { spamassassin: 'true', blacklist: 'false' }],
])('a form keeps what I gave in my own spelling: %s %s', async (command, given, values) => {
  await world.say(`/cmr ${command} ${given}`)
  const view = await asked(/form\./, command.replace(' ', '.'))
  expect(initialOf(view)).toMatchObject(values)
})

test('the mailboxes of one domain are listed by its name, on the screen and in the file', async () => {
  const box = mailboxes.find((first) =>
    mailboxes.some(({ userId, domain }) => userId === first.userId && domain !== first.domain),
  )
  if (!box) throw new Error('nobody has two domains')
  const own = mailboxes.filter(({ domain }) => domain === box.domain)
  await world.say(`/cmr mailboxes list ${box.domain}`)
  await world.sees(new RegExp(`${box.domain}: ${own.length} mailbox`))
  await world.say(`/cmr mailboxes list ${box.domain} --csv`)
  await world.sees(new RegExp(`List mailboxes\\*: ${own.length} row`))
  await world.say(`/cmr domains get ${box.domain}`)
  await world.sees(/Check for mail/)
  const told = world.messages(world.ops.id).length
  await press(world, 'Mailboxes')
  await eventually(() =>
    expect(JSON.stringify(world.messages(world.ops.id).slice(told))).toContain(
      `${box.domain}: ${own.length}`,
    ),
  )
})

test('a customer is known by a domain or a mailbox of theirs', async () => {
  const { domain, email, user } = one()
  for (const name of [domain, email]) {
    const told = world.messages(world.ops.id).length
    await world.say(`/cmr exports platforms ${name}`)
    await eventually(() =>
      expect(JSON.stringify(world.messages(world.ops.id).slice(told))).toMatch(
        new RegExp(`${user.company}.*not connected to any platform yet`),
      ),
    )
  }
})

test('a mistyped domain or address gets those near it to choose from', async () => {
  const { domain, email, userId } = one()
  await world.say(`/cmr domains list ${userId}`)
  await world.sees(/: \d domains?\*/)
  await world.say(`/cmr domains get ${domain.replace(/.\.com$/, '.com')}`)
  await world.sees(new RegExp(`name the customer as well.*Similar names: .*${domain}`))
  await world.say(`/cmr mailboxes get x${email}`)
  await world.sees(new RegExp(`No mailbox is called “x${email}”. Similar names: .*${email}`))
  await press(world, `${email} · ${one().user.company} · ACTIVE`)
  await world.sees(new RegExp(`"${email}: ACTIVE"`))
})

test('from the reports of a customer a test is run for that customer', async () => {
  const { user } = one()
  await world.say(`/cmr placement reports ${user.email}`)
  await world.sees(/No placement report yet/)
  await press(world, 'Run a test')
  const view = await asked(/form\./, 'placement.run')
  expect(initialOf(view)).toMatchObject({ userId: user.userId })
})

test.each([
  ['domains auto-renew D off', /Turn auto-renew off for D\?.*it expires, unless somebody renews/],
  ['subscriptions auto-renew on D', /Turn auto-renew on for D\?.*paid from the wallet/],
])('what switches something asks what will follow: %s', async (line, text) => {
  const { domain } = one()
  await world.say(`/cmr ${line.replace('D', domain)}`)
  await asked(new RegExp(text.source.replace('D', domain), 's'))
})

test('by command too a change is shown with what stands there today', async () => {
  const warm = mailboxes.find((box) => (box as unknown as { warmup: unknown }).warmup)
  await world.say(`/cmr warmup settings ${warm?.email} --warmupLimit 31`)
  await asked(/E-mails per day: \d+ → \*31\*/)
  await world.interactions.close(world.ana.id)
  await world.say(`/cmr warmup toggle ${warm?.email}`)
  await asked(/Pause the warm-up of /)
})

test('a DNS record is named by its type and host, and asked back where there are two', async () => {
  const { domain } = one()
  const records = async () =>
    (await world.look('domains')).find(({ domainName }: Thing) => domainName === domain).records
  await world.say(`/cmr dns add ${domain} _dmarc TXT v=DMARC1; p=none`)
  await asked(/Add to /)
  await world.submit({})
  await eventually(async () => expect(JSON.stringify(await records())).toContain('_dmarc'))
  await world.say(`/cmr dns update ${domain} TXT _dmarc`)
  const form = await asked(/form\.value/, 'dns.update')
  expect(initialOf(form)).toMatchObject({
    host: '_dmarc',
    value: expect.stringMatching(/^v=DMARC1; p=none; .*sp=reject/),
  })
  await world.interactions.close(world.ana.id)
  await world.say(`/cmr dns delete ${domain} _dmarc`)
  await asked(/Before: TXT `_dmarc`/)
  await world.submit({ confirmName: domain })
  await eventually(async () => expect(JSON.stringify(await records())).not.toContain('_dmarc'))
  await world.say(`/cmr dns delete ${domain} @`)
  const many = (await records()).filter(({ host }: { host: string }) => host === '@')
  if (many.length > 1) await asked(new RegExp(`${many.length} records of ${domain} are “@”`))
  else await asked(/Delete from/)
})

test('a login is named by its platform, and its receipts name the customer', async () => {
  const { domain, user } = one()
  await world.say(`/cmr exports connect ${user.email} smartlead --email ops@acme.com --password hunter2`)
  await asked(/Connect a platform\?/)
  await world.submit({})
  await world.sees(new RegExp(`Smartlead\\* connected as ops@acme.com for \\*${user.company}`))
  await world.say(`/cmr exports send instantly ${domain}`)
  await asked(/This customer has no login “instantly”: Smartlead · ops@acme.com. Which one/)
  await pressInForm(world, 'Smartlead · ops@acme.com')
  await asked(/Export \d+ mailbox\w* to Smartlead/)
  while (world.modalOf(world.ana.id)) await world.interactions.close(world.ana.id)
  await world.say(`/cmr exports disconnect ${user.email} ops@acme.com`)
  await asked(/Disconnect Smartlead/)
  await world.submit({ confirmName: 'ops@acme.com' })
  await world.sees(new RegExp(`login ops@acme.com of \\*${user.company}.*disconnected`))
})

test.each([
  ['domains forward D nowhere', /Give one web address/],
  ['domains available not a domain', /“not a domain” is not a domain/],
  ['domains workspace GOOGLE acme', /“acme” is not a domain/],
  ['dns delete D "TXT nosuch"', /has no record “TXT nosuch”/],
])('what CMR could make nothing of is said at once: %s', async (line, sentence) => {
  await world.say(`/cmr ${line.replace('D', one().domain)}`)
  await eventually(() =>
    expect(world.read() + JSON.stringify(world.modalOf(world.ana.id) ?? '')).toMatch(sentence),
  )
})

test('the receipt of a reset reads as a sentence', async () => {
  await world.say('/cmr prewarm sandbox-reset')
  await asked(/Reset CMR’s sandbox/)
  await world.submit({ confirmName: 'reset' })
  await world.sees(/CMR’s sandbox for pre-warmed mailboxes is reset/)
})

test('a report that I begin by command is filled with what I met last', async () => {
  const { domain } = one()
  await world.control('faults', { endpoint: 'domains.get', fault: '409', times: 1 })
  await world.say(`/cmr domains get ${domain}`)
  await world.sees(/conflicts with what it already has/)
  await world.say('/cmr errors send the domain is stuck')
  const view = await asked(/form\.message/, 'errors.send')
  expect(initialOf(view)).toMatchObject({
    message: 'the domain is stuck',
    domain,
    endpoint: 'GET /domains',
    status: '409',
  })
})

test.each([
  ['wallet get', /rows?, all pages, as wallet-get/],
  ['domains renewal-price D', /1 row, all pages, as domains-renewal-price/],
  ['exports platforms D', /rows?, all pages, as exports-platforms/],
])('it is a list, so it can be had as a file: %s', async (line, sentence) => {
  await world.say(`/cmr ${line.replace('D', one().domain)} --csv`)
  await world.sees(sentence)
})

test('a login can be picked for its workspaces', async () => {
  const { user } = two()
  await world.say(`/cmr exports connect ${user.email} instantly --email i@acme.com --password hunter2`)
  await asked(/Connect a platform\?/)
  await world.submit({})
  await world.sees(/Instantly\* connected as i@acme.com/)
  await world.say('/cmr exports workspaces')
  await asked(/form\./, 'exports.workspaces')
  await choose(world, 'userId', { userId: user.userId })
  await asked(/Instantly · i@acme.com/)
})
