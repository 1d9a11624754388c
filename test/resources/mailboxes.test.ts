import { expect, test } from 'vitest'
import { choose, confirm, initialOf, press } from '../support/clicks.ts'
import { eventually } from '../support/eventually.ts'
import { startWorld } from '../support/world.ts'

interface Box {
  email: string
  mailboxId: string
  userId: string
  domain: string
}

async function withMailbox(options: Parameters<typeof startWorld>[0] = {}) {
  const world = await startWorld(options)
  const [box]: Box[] = await world.look('mailboxes')
  if (!box) throw new Error('no mailbox')
  const now = async () => (await world.look('mailboxes')).find((one: Box) => one.mailboxId === box.mailboxId)
  return { world, box, now }
}

test('an admin login is shown to me alone, and is nowhere else afterwards', async () => {
  const { world, box } = await withMailbox()
  await world.say(`/cmr mailboxes admin ${box.email}`)
  await world.sees(/Admin login of/)
  const [message] = world.messages(world.ops.id)
  expect(message?.ephemeralFor).toBe(world.ana.id)
  const secret = /Password: .*?"(pw-[A-Z0-9]+)"/.exec(JSON.stringify(message))?.[1]
  expect(secret).toBeDefined()
  const others = world.messages(world.ops.id).filter((one) => one.ephemeralFor === undefined)
  expect(JSON.stringify(others)).not.toContain(secret)
  expect(JSON.stringify(message?.metadata ?? {})).not.toContain(secret)
  const { DatabaseSync } = await import('node:sqlite')
  const db = new DatabaseSync(String(world.env.DATABASE_URL).replace('file:', ''), { readOnly: true })
  const tables = db.prepare("select name from sqlite_master where type = 'table'").all() as { name: string }[]
  for (const { name } of tables)
    expect(JSON.stringify(db.prepare(`select * from "${name}"`).all()), name).not.toContain(secret)
  db.close()
})

test('asked for by form the login is shown to me alone too', async () => {
  const { world, box } = await withMailbox()
  await world.say('/cmr mailboxes admin')
  await world.opened()
  await world.submit({ mailboxId: box.mailboxId, userId: box.userId })
  await world.sees(/Admin login of/)
  const all = world.messages(world.ops.id).filter((one) => JSON.stringify(one).includes('pw-'))
  expect(all.map((one) => one.ephemeralFor)).toEqual([world.ana.id])
  expect(JSON.stringify(world.modalOf(world.ana.id) ?? {})).not.toContain('pw-')
})

test('whoever is no admin does not see a login', async () => {
  const { world, box } = await withMailbox({ role: 'operator' })
  await world.say(`/cmr mailboxes admin ${box.email}`, world.omar.id)
  await world.sees(/needs an \*admin\*/)
  expect(await world.requests('mailboxes.admin')).toEqual([])
})

test('a new picture goes with the update as its https address, and nothing else is taken for one', async () => {
  const { world, box, now } = await withMailbox()
  await world.say(`/cmr mailboxes update ${box.email}`)
  await world.opened()
  for (const profilePicture of ['data:image/png;base64,iVBORw0KGgo=', 'http://acme.com/jane.png', 'jane.png'])
    expect(await world.submit({ profilePicture })).toMatchObject({
      errors: { profilePicture: expect.stringContaining('https://acme.com/jane.png') },
    })
  expect(await world.requests('mailboxes.update')).toEqual([])
  const profilePicture = 'https://acme.com/jane.png'
  await world.submit({ profilePicture })
  await eventually(async () => expect(await now()).toMatchObject({ profilePicture }))
})

test('I pick a mailbox, see its names, change one, and read before and after', async () => {
  const { world, box, now } = await withMailbox()
  await world.say('/cmr mailboxes update')
  await world.opened()
  await choose(world, 'mailboxId', { mailboxId: box.mailboxId })
  const form = await world.opened(world.ana.id, (view) => initialOf(view).firstName !== undefined)
  expect(initialOf(form)).toMatchObject({ userName: box.email.split('@')[0], lastName: 'Reyes' })
  await world.submit({ mailboxId: box.mailboxId, firstName: 'Mia' })
  await world.sees(/First name: \w+ → \*Mia\*/)
  expect((await now()).firstName).toBe('Mia')
  const [sent] = await world.requests('mailboxes.update')
  expect(sent?.body).toEqual({
    mailboxData: { mailboxId: box.mailboxId, firstName: 'Mia', lastName: 'Reyes' },
  })
})

test('what CMR refuses inside an answer that is well is told as refused', async () => {
  const world = await startWorld()
  const boxes: Box[] = await world.look('mailboxes')
  const box = boxes.find((one) => boxes.some((other) => other !== one && other.domain === one.domain))
  const other = boxes.find((one) => one !== box && one.domain === box?.domain)
  await world.say(`/cmr mailboxes update ${box?.email} --userName ${other?.email.split('@')[0]}`)
  await world.opened()
  await world.submit({})
  // Nothing of it was done, so it stands in the form and may be sent again.
  await world.opened(world.ana.id, (view) => JSON.stringify(view).includes(`${other?.email} exists already`))
  expect(world.read()).not.toMatch(/Mailbox \*[^*]+\* updated/)
})

test('removing names each address and asks for it to be typed', async () => {
  const { world, box, now } = await withMailbox()
  await world.say(`/cmr mailboxes get ${box.email}`)
  await press(world, 'Remove')
  const asked = await confirm(world)
  expect(JSON.stringify(asked)).toMatch(new RegExp(`${box.email}.*cannot be brought back`, 's'))
  expect(JSON.parse(String(asked.private_metadata)).typed).toBe(box.email)
  await eventually(async () => expect(await now()).toBeUndefined())
})

test('each address is told valid or not', async () => {
  const { world, box } = await withMailbox()
  await world.say(`/cmr mailboxes validate ${box.userId} "${box.email} ja!ne@acme.com"`)
  await world.sees(/1 of 2 not valid/)
  expect(world.read()).toMatch(/:x: \*ja!ne@acme.com\*/)
})

test('a re-export asks for what the mailbox’s provider needs', async () => {
  const world = await startWorld()
  const subscriptions: { domain: string; serviceProvider: string }[] = await world.look('subscriptions')
  const { domain } = subscriptions.find((one) => one.serviceProvider === 'MICROSOFT') ?? { domain: '' }
  const box: Box = (await world.look('mailboxes')).find((one: Box) => one.domain === domain)
  await world.say(`/cmr mailboxes reexport ${box.email}`)
  const form = await world.opened(world.ana.id, (view) => 'microsoftOauthRoute' in initialOf(view))
  expect(Object.keys(initialOf(form))).not.toContain('clientId')
  const refused = await world.submit({})
  expect(JSON.stringify(refused.errors)).toContain('CMR needs the Microsoft OAuth route')
  await world.submit({ microsoftOauthRoute: 'DEFAULT' })
  await eventually(async () =>
    expect((await world.requests('mailboxes.reexport')).at(-1)?.body).toEqual({
      mailboxId: box.mailboxId,
      microsoft: { microsoftOauthRoute: 'DEFAULT' },
    }),
  )
})
