import { expect, test } from 'vitest'
import { choose, confirm, initialOf, press } from '../support/clicks.ts'
import { eventually } from '../support/eventually.ts'
import { startWorld } from '../support/world.ts'

const password = 'hunter2-very-secret'

/** A world and a customer of it whose domain has mailboxes. */
async function withMailboxes(options: Parameters<typeof startWorld>[0] = {}) {
  const world = await startWorld(options)
  const boxes: { email: string; userId: string; domain: string; mailboxId: string; status: string }[] =
    await world.look('mailboxes')
  const [first] = boxes.filter((one) => boxes.filter((box) => box.domain === one.domain).length > 1)
  if (!first) throw new Error('no mailboxes')
  const { userId, domain } = first
  const connect = async (app: string, email = `login@${app.toLowerCase()}.test`) => {
    const answer = await fetch(`${world.env.CMR_API_URL}/exports/platform-credential?userId=${userId}`, {
      method: 'POST',
      headers: { 'cmr-x-api-key': String(world.env.CMR_API_KEY), 'content-type': 'application/json' },
      body: JSON.stringify({ app, credentials: { email, password } }),
    })
    return ((await answer.json()) as { data: { credentialId: string } }).data.credentialId
  }
  return { world, userId, domain, connect, boxes: boxes.filter((one) => one.domain === domain) }
}

test('the form asks for what the chosen platform needs, and the password is nowhere afterwards', async () => {
  const { world, userId } = await withMailboxes()
  await world.say(`/cmr exports connect ${userId}`)
  const form = await world.opened()
  expect(Object.keys(initialOf(form))).toEqual(['userId', 'app', 'email', 'password'])
  const login = { app: 'EMAILBISON', email: 'ops@agency.com', password }
  await choose(world, 'app', login)
  const bison = await world.opened(world.ana.id, (view) => 'workspace' in initialOf(view))
  expect(Object.keys(initialOf(bison))).toEqual([
    'userId',
    'app',
    'email',
    'password',
    'appBaseUrl',
    'clientId',
    'appName',
    'workspace',
  ])
  expect(JSON.stringify(bison)).not.toContain(password)
  const incomplete = await world.submit({ ...login, appBaseUrl: 'https://dedi.emailbison.com' })
  expect(Object.keys(incomplete.errors ?? {})).toEqual(['clientId', 'appName', 'workspace'])
  const metadata = {
    appBaseUrl: 'https://dedi.emailbison.com',
    clientId: '7',
    appName: 'Agency',
    workspace: 'Main',
  }
  await world.submit({ ...login, ...metadata })
  await world.sees(/EmailBison\* connected as ops@agency.com/)
  const [sent] = await world.requests('exports.connect')
  expect(sent?.body).toEqual({
    app: 'EMAILBISON',
    credentials: { email: 'ops@agency.com', password },
    metadata,
  })
  expect(JSON.stringify(world.everything())).not.toContain(password)
})

test('a login that CMR refuses keeps what I entered, but for the password', async () => {
  const { world, userId } = await withMailboxes()
  await world.control('faults', { endpoint: 'exports.connect', fault: '422', message: 'Login failed' })
  await world.say(`/cmr exports connect ${userId} SMARTLEAD --password ${password}`)
  const form = await world.opened()
  expect(initialOf(form)).toMatchObject({ app: 'SMARTLEAD', password: undefined })
  await world.submit({ email: 'ops@agency.com', password })
  const again = await world.opened(world.ana.id, (view) => JSON.stringify(view).includes('Login failed'))
  expect(initialOf(again)).toMatchObject({ email: 'ops@agency.com', password: undefined })
  expect(JSON.stringify(world.everything())).not.toContain(password)
})

test('I export all ACTIVE mailboxes of a domain by its name', async () => {
  const { world, userId, domain, boxes, connect } = await withMailboxes()
  const credentialId = await connect('SMARTLEAD')
  await world.say(`/cmr exports platforms ${userId}`)
  await world.sees(/: connected to Smartlead/)
  await world.say(`/cmr exports send userId=${userId}`)
  const form = await world.opened()
  const select = form.blocks.find((block) => block.block_id === 'credentialId')?.element
  expect(JSON.stringify(select)).toContain('Smartlead · login@smartlead.test')
  expect((await world.submit({ credentialId })).errors?.domain).toMatch(/Name a domain, or mailboxes/)
  await world.submit({ credentialId, domain })
  const asked = await confirm(world)
  expect(JSON.stringify(asked)).toContain(`Export ${boxes.length} mailboxes to Smartlead`)
  await world.sees(new RegExp(`Exporting ${boxes.length} mailboxes to Smartlead`))
  const [sent] = await world.requests('exports.send')
  expect(sent?.body).toEqual({
    credentialId,
    mailboxIds: expect.toSatisfy((ids: string[]) => ids.length === boxes.length),
  })
})

test('Instantly needs its organisation: CMR is not asked before it is chosen from the list', async () => {
  const { world, userId, domain, connect } = await withMailboxes()
  const credentialId = await connect('INSTANTLY')
  await world.say(`/cmr exports send ${credentialId} ${domain} --userId ${userId}`)
  await eventually(() =>
    expect(JSON.stringify(world.modalOf(world.ana.id))).toMatch(/Instantly needs an organization/),
  )
  await world.say(`/cmr exports update ${userId} ${credentialId}`)
  const form = await world.opened(world.ana.id, (view) => 'orgId' in initialOf(view))
  expect(JSON.stringify(form)).toMatch(/"Main".*"org_1".*"Agency".*"org_2"/s)
  await world.submit({ orgId: 'org_2' })
  await world.sees(/Instantly\* login .* saved.*Changed: Organization/s)
  await world.say(`/cmr exports send ${credentialId} ${domain} --userId ${userId}`)
  await confirm(world)
  await world.sees(/Exporting \d mailboxes to Instantly/)
})

test('ReachInbox on a free plan, and an export that is still on its way, are refused in CMR’s words', async () => {
  const { world, userId, boxes, connect } = await withMailboxes({ pace: 10 })
  const free = await connect('REACHINBOX', 'free@reachinbox.test')
  const address = String(boxes[0]?.email)
  const send = async (credentialId: string) => {
    await world.say(`/cmr exports send userId=${userId} credentialId=${credentialId} mailboxIds=${address}`)
    await confirm(world)
  }
  await send(free)
  await eventually(() => expect(JSON.stringify(world.modalOf(world.ana.id))).toMatch(/paid plans only/))
  const paid = await connect('SMARTLEAD')
  await send(paid)
  await world.sees(/Exporting 1 mailbox to Smartlead/)
  // One that is on its way is not even sent again.
  await send(paid)
  await eventually(() =>
    expect(JSON.stringify(world.modalOf(world.ana.id))).toMatch(
      /Nothing was sent, because it would be done twice/,
    ),
  )
  const sent = await world.requests('exports.send')
  expect(sent.map(({ query }) => query)).toEqual([{ userId }, { userId }])
})

test('an export to a platform, of which CMR tells nothing, ends by being looked at', async () => {
  const { world, userId, boxes, connect } = await withMailboxes({ deadlines: 0.01 })
  const credentialId = await connect('SMARTLEAD')
  await world.say(
    `/cmr exports send userId=${userId} credentialId=${credentialId} mailboxIds=${boxes[0]?.email}`,
  )
  await confirm(world)
  await world.sees(/mailboxes exported 1\/1/)
  await world.sees(/\*Done\*/)
  expect((await world.requests('exports.send')).map(({ query }) => query)).toEqual([{ userId }])
})

test('a forwarding ends with the event of its domain, one of mail does not', async () => {
  const { world, domain } = await withMailboxes()
  await world.control('webhooks', { url: `${world.botUrl}/webhooks/cmr` })
  await world.say(`/cmr domains forward ${domain} https://acme.com`)
  await confirm(world)
  await world.sees(/domains forwarded 1\/1/)
  await world.say(`/cmr domains forward-email ${domain} jane@acme.com`)
  await confirm(world)
  await world.sees(/domains whose mail is forwarded 0\/1/)
})

test('disconnecting names the login and asks for it', async () => {
  const { world, userId, connect } = await withMailboxes()
  const credentialId = await connect('SMARTLEAD')
  await world.say(`/cmr exports disconnect ${userId} ${credentialId}`)
  const asked = await confirm(world)
  expect(JSON.stringify(asked)).toMatch(/Disconnect Smartlead\?.*login@smartlead.test is removed/s)
  await eventually(async () => expect(await world.look('credentials')).toEqual([]))
})

test('a user without any platform is told so, with a way to connect one', async () => {
  const { world, userId } = await withMailboxes()
  await world.say(`/cmr exports platforms ${userId}`)
  await world.sees(/: not connected to any platform yet/)
  await press(world, 'Connect ReachInbox')
  expect(initialOf(await world.opened())).toMatchObject({ userId, app: 'REACHINBOX' })
})

test('of an EmailBison login I change the workspace, and the rest that CMR wants to know stays', async () => {
  const { world, userId } = await withMailboxes()
  const metadata = { appBaseUrl: 'https://dedi.emailbison.com', clientId: '7', appName: 'Agency' }
  const login = { app: 'EMAILBISON', email: 'ops@agency.com', password, ...metadata, workspace: 'Main' }
  await world.say(`/cmr exports connect ${userId} EMAILBISON`)
  await world.opened(world.ana.id, (view) => 'workspace' in initialOf(view))
  await world.submit(login)
  await world.sees(/EmailBison\* connected/)
  const [{ credentialId }] = await world.look('credentials')
  await world.say(`/cmr exports update ${userId} ${credentialId} --workspace Second`)
  await confirm(world)
  await world.sees(/EmailBison\* login ops@agency.com of .* saved.*Changed: Workspace\./s)
  const [sent] = await world.requests('exports.update')
  expect(sent?.body).toEqual({ credentialId, metadata: { ...metadata, workspace: 'Second' } })
})
