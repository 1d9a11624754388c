import { expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { stateOf } from '../support/form-state.ts'
import { startWorld } from '../support/world.ts'

/** CMR's own example ("Create User"). */
const john = {
  addressLineThree: 'Apt 5B',
  languagePreference: 'en',
  email: 'johndoe@company.com',
  company: 'TechCorp Inc.',
  firstName: 'John',
  lastName: 'Doe',
  country: 'US',
  city: 'New York',
  addressLineOne: '123 Main Street',
  addressLineTwo: 'Suite 400',
  postalCode: '10001',
  state: 'New York',
  phoneCc: '1',
  phone: '2125551234',
}

test('I type /cmr users create, fill the form, and CMR gets exactly what is documented', async () => {
  const world = await startWorld()
  expect((await world.say('/cmr users create')).ok).toBe(true)
  const form = await world.opened()
  expect(form.callback_id).toBe('users.create')
  const fields = form.blocks.filter((block) => block.type === 'input').map((block) => block.block_id)
  expect(fields.toSorted()).toEqual(Object.keys(john).toSorted())
  await world.submit(john)
  await world.sees(/TechCorp Inc\..*created/)
  const [request] = await world.requests('users.create')
  expect(request).toMatchObject({ body: john, key: 'ok' })
  const users = await world.look('users')
  const made = users.find((user: { email: string }) => user.email === john.email)
  expect(world.read()).toContain(made.userId)
  expect(world.modalOf(world.ana.id)).toBeUndefined()
})

test('what is wrong with my input stands at its field, and CMR never hears of it', async () => {
  const world = await startWorld()
  await world.say('/cmr users create')
  await world.opened()
  const { phone: _, ...noPhone } = john
  const answer = await world.submit({ ...noPhone, email: 'john at company', company: 'Tech_Corp <!channel>' })
  expect(Object.keys(answer.errors ?? {}).toSorted()).toEqual(['company', 'email', 'phone'])
  expect(await world.requests('users.create')).toEqual([])
})

test('a double click on submit creates one user', async () => {
  const world = await startWorld()
  await world.control('faults', { endpoint: 'users.create', fault: 'slow', delayMs: 700 })
  await world.say('/cmr users create')
  const view = await world.opened()
  const place = { person: world.ana.id, view: view.id, values: stateOf(view, john) }
  await Promise.all([world.interactions.submit(place), world.interactions.submit(place)])
  await world.sees(/created/)
  expect(await world.requests('users.create')).toHaveLength(1)
})

test('choosing a country fills in the dialling code and offers its states', async () => {
  const world = await startWorld()
  await world.say('/cmr users create --email jane@acme.com')
  const before = await world.opened()
  const values = stateOf(before, { country: 'DE', company: 'Acme' })
  const place = { person: world.ana.id, view: before.id, values }
  await world.interactions.act(place, {
    type: 'external_select',
    action_id: 'form.country',
    block_id: 'country',
  })
  const form = await world.opened(world.ana.id, (view) => JSON.stringify(view).includes('form.state:DE'))
  const initial = (field: string) => {
    const element = form.blocks.find((block) => block.block_id === field)?.element
    return (element as { initial_value?: string } | undefined)?.initial_value
  }
  expect(initial('phoneCc')).toBe('49')
  expect(initial('email')).toBe('jane@acme.com')
  expect(initial('company')).toBe('Acme')
  const offered = await world.interactions.options(place, {
    action_id: 'form.state:DE',
    block_id: 'state',
    value: 'bav',
  })
  expect(offered.options).toEqual([
    { text: { type: 'plain_text', text: 'Bavaria', emoji: false }, value: 'Bavaria' },
  ])
})

const failures: [fault: string, sentence: RegExp][] = [
  ['401', /refuses the API key/],
  ['402', /does not hold enough/],
  ['404', /cannot find it/],
  ['409', /conflicts with what it already has/],
  ['422', /did not accept what was sent \(422\)/],
  ['429', /too many requests/],
  ['500', /problem of its own.*users list --search johndoe@company.com/s],
  ['garbage', /that the bot cannot read.*users list --search/s],
  ['dropped', /connection to CMR broke.*may exist/s],
  ['accepted-dropped', /connection to CMR broke.*may exist/s],
]
test.each(failures)('when CMR answers a create with %s I read what it means', async (fault, sentence) => {
  const world = await startWorld()
  await world.control('faults', { endpoint: 'users.create', fault })
  await world.say('/cmr users create')
  await world.opened()
  await world.submit(john)
  await eventually(() => expect(JSON.stringify(world.modalOf(world.ana.id))).toMatch(sentence))
  const doubtful = /500|garbage|dropped/.test(fault)
  // What was refused can be corrected and sent again; what may have been done can not.
  expect(world.modalOf(world.ana.id)?.submit !== null).toBe(!doubtful)
  if (!doubtful) expect(JSON.stringify(world.modalOf(world.ana.id))).toContain('123 Main Street')
  if (doubtful) expect(await world.requests('users.create')).toHaveLength(1)
})

test('CMR names the field it refuses, and the error stands there', async () => {
  const world = await startWorld()
  await world.control('faults', {
    endpoint: 'users.create',
    fault: '422',
    message: 'postalCode is not valid for this country',
  })
  await world.say('/cmr users create')
  await world.opened()
  const answer = await world.submit(john)
  expect(answer.errors).toEqual({ postalCode: expect.stringContaining('postalCode is not valid') })
})

test('a viewer gets no form, and a viewer who submits one reaches nothing', async () => {
  const world = await startWorld({ role: 'viewer' })
  await world.say('/cmr users create', world.vera.id)
  await world.sees(/needs an \*operator\*/)
  expect(world.modalOf(world.vera.id)).toBeUndefined()
  await world.say('/cmr users create')
  const view = await world.opened()
  await world.interactions.submit({ person: world.vera.id, view: view.id, values: stateOf(view, john) })
  await eventually(() => expect(JSON.stringify(world.modalOf(world.ana.id))).toMatch(/needs an \*operator\*/))
  expect(await world.requests('users.create')).toEqual([])
})

test('/cmr is acknowledged at once while CMR takes three seconds', async () => {
  const world = await startWorld({ triggerMs: 3000 })
  await world.control('faults', { fault: 'slow', delayMs: 3000 })
  for (const line of ['/cmr help', '/cmr users list', '/cmr users update jane@acme.com']) {
    const { ok, milliseconds } = await world.say(line)
    expect(ok && (milliseconds ?? 9999) < 500, `${line}: ${milliseconds} ms`).toBe(true)
  }
  await world.sees(/What you can do/)
  const countries = await world.interactions.options(
    { person: world.ana.id, view: (await world.opened(world.ana.id, () => true)).id, values: {} },
    { action_id: 'form.country', block_id: 'country', value: 'ger' },
  )
  expect(JSON.stringify(countries.options)).toContain('Germany')
})

test('I search, open a user, change a city and read what changed', async () => {
  const world = await startWorld()
  await world.say('/cmr users list kestrel')
  await world.sees(/1 customer for “kestrel”/)
  await world.say('/cmr users update “Kestrel Analytics”')
  await world.opened(world.ana.id, (view) => view.blocks.length > 10)
  await world.submit({ city: 'Boston' })
  await world.sees(/Kestrel Analytics.*updated.*Changed: City/s)
  const [request] = await world.requests('users.update')
  expect(Object.keys(request?.body as object)).toHaveLength(12)
})

test('deleting asks for the name, and says how many domains are in the way', async () => {
  const world = await startWorld()
  await world.say('/cmr users delete "Kestrel Analytics"', world.omar.id)
  await world.sees(/needs an \*admin\*/)
  await world.say('/cmr users delete "Northwind Recruiting"')
  const view = await world.opened()
  expect((await world.submit({ confirmName: 'no' })).errors?.confirmName).toMatch(/This is a different name/)
  const user = (await world.look('users')).find(
    (one: { company: string }) => one.company === 'Northwind Recruiting',
  )
  expect(JSON.stringify(view)).toContain('for good')
  await world.submit({ confirmName: user.email })
  await eventually(() =>
    expect(JSON.stringify(world.modalOf(world.ana.id))).toMatch(/2 mailboxes and 1 domain:/),
  )
})

test('a company called <!channel> & Sons pings nobody', async () => {
  const world = await startWorld()
  const users = await world.look('users')
  await world.control('webhooks', { url: `${world.botUrl}/webhooks/cmr` })
  await world.control('events', {
    event: 'domain.grace_period',
    data: { domainName: '<!channel> & Sons', userEmail: '<!here>' },
  })
  await world.webhook({ event: 'made.up <!everyone>', eventId: 'x1', data: { company: '<!channel> & Sons' } })
  await eventually(() => expect(world.messages(world.alerts.id).length).toBe(2))
  await world.say('/cmr users create --company "<!channel> & Sons"')
  await world.sees(/CMR does not accept/)
  await world.say(`/cmr users get ${users[0].userId}`)
  await world.sees(/userId/)
  const everything = JSON.stringify([world.read(), world.messages(world.alerts.id)])
  expect(everything).not.toMatch(/<!(channel|here|everyone)/)
})

test('who still has mailboxes and domains is not deleted: I read how many, and in which order to clear up', async () => {
  const world = await startWorld()
  const [{ userId }] = await world.look('mailboxes')
  const user = ((await world.look('users')) as { userId: string; email: string }[]).find(
    (one) => one.userId === userId,
  )
  const order = /cancel the active subscriptions first, then remove the domains, then the mailboxes/
  await world.say(`/cmr users delete ${userId}`)
  const asked = await world.opened(world.ana.id, (view) => JSON.stringify(view).includes('for good'))
  expect(JSON.stringify(asked)).toMatch(order)
  await world.submit({ confirmName: String(user?.email) })
  const refused = await world.opened(world.ana.id, (view) =>
    /still has \d+ mailboxes/.test(JSON.stringify(view)),
  )
  expect(JSON.stringify(refused)).toMatch(/still has \d+ mailboxes and \d+ domains?: cancel the active/)
})
