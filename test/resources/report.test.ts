import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CmrError, readTrace, traceOf } from '../../src/cmr/errors.ts'
import { confirm, initialOf, press, pressInForm } from '../support/clicks.ts'
import { eventually } from '../support/eventually.ts'
import { apiKey, startWorld } from '../support/world.ts'

test('a failure has a button that opens the report to CMR, filled with what support asks for', async () => {
  const world = await startWorld()
  const [{ userId, domainName }] = await world.look('domains')
  await world.control('faults', { endpoint: 'domains.get', fault: '409', message: 'The domain is locked' })
  await world.say(`/cmr domains get ${domainName} --userId ${userId}`)
  await press(world, 'Report to CMR')
  const form = await world.opened()
  expect(initialOf(form)).toMatchObject({
    message: expect.stringContaining('The domain is locked'),
    domain: domainName,
    endpoint: 'GET /domains',
    status: '409',
    context: expect.stringMatching(new RegExp(`User: ${userId}\nTime: 20`)),
  })
  expect(JSON.stringify(form)).not.toContain(apiKey)
  await world.submit({})
  await world.sees(/Report to CMR/)
  const [sent] = await world.requests('errors.send')
  expect(sent?.body).toMatchObject({ domain: domainName, endpoint: 'GET /domains', status: '409' })
  expect(Object.keys(sent?.body as object)).not.toContain('failure')
})

test('whose domain it was stands in the report, though I never said it', async () => {
  const world = await startWorld()
  const [{ userId, domainName }] = await world.look('domains')
  await world.say(`/cmr domains list ${userId}`)
  await world.sees(domainName)
  await world.control('faults', { endpoint: 'domains.get', fault: '409', message: 'The domain is locked' })
  await world.say(`/cmr domains get ${domainName}`)
  await press(world, 'Report to CMR')
  expect(initialOf(await world.opened())).toMatchObject({
    domain: domainName,
    context: expect.stringContaining(`User: ${userId}`),
  })
})

test('a refusal in a form can be reported too, on top of what I had entered', async () => {
  const world = await startWorld()
  const [{ userId, domainName }] = await world.look('domains')
  await world.control('faults', { endpoint: 'domains.auto-renew', fault: '409', message: 'Busy' })
  await world.say('/cmr domains auto-renew')
  await world.opened()
  await world.submit({ userId, domains: domainName, autoRenew: 'true' })
  await world.opened(world.ana.id, (view) => JSON.stringify(view).includes('Busy'))
  await pressInForm(world, 'Report to CMR')
  const report = await world.opened(
    world.ana.id,
    (view) => view.callback_id === 'errors.send' && !!view.submit,
  )
  expect(initialOf(report)).toMatchObject({
    endpoint: 'PATCH /domains/toggle-auto-renew',
    domain: domainName,
  })
  await world.submit({})
  await eventually(async () => expect(await world.requests('errors.send')).toHaveLength(1))
})

test('an unknown outcome of a charge is reported with its operation', async () => {
  const world = await startWorld()
  const [{ userId, domainName }] = await world.look('domains')
  await world.control('faults', { endpoint: 'domains.renew', fault: 'dropped' })
  await world.say(`/cmr domains renew ${domainName} --userId ${userId}`)
  await world.opened()
  await world.submit({})
  await world.sees(/Unknown, checking/)
  await press(world, 'Report to CMR')
  const form = await world.opened(world.ana.id, (view) => view.callback_id === 'errors.send' && !!view.submit)
  expect(initialOf(form)).toMatchObject({
    endpoint: 'POST /domains/renew',
    domain: domainName,
    message: expect.stringContaining('connection to CMR broke'),
  })
})

test('a report that holds the API key never leaves', async () => {
  const world = await startWorld()
  await world.say('/cmr errors send')
  await world.opened()
  await world.submit({ message: `It fails with ${apiKey}` })
  await eventually(() =>
    expect(JSON.stringify(world.modalOf(world.ana.id))).toMatch(/contains the API key. Take it out/),
  )
  expect(await world.requests('errors.send')).toEqual([])
})

test('a number that is no failure is said to be none', async () => {
  const world = await startWorld()
  await world.say('/cmr errors send --failure 424242')
  await eventually(() =>
    expect(JSON.stringify(world.modalOf(world.ana.id))).toMatch(/failure is no longer stored/),
  )
})

test('a failure in one line can be read back, whatever CMR said', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.option(fc.integer({ min: 400, max: 599 })), (said, code) => {
      const details = { kind: 'invalid', endpoint: 'dns.add', mayHaveBeenAccepted: false } as const
      const error = new CmrError(said, { ...details, status: code ?? undefined })
      const status = code === null ? 'no answer' : String(code)
      expect(readTrace(traceOf(error))).toEqual({ endpoint: 'dns.add', status, sentence: said })
    }),
  )
})

test('an order that did not come about is reported with its domains and with what failed', async () => {
  const world = await startWorld()
  const [{ userId }] = await world.look('users')
  await world.control('webhooks', { url: `${world.botUrl}/webhooks/cmr` })
  await world.control('failures', { domain: 'never-mine.com', reason: 'The registry says no' })
  await world.say(
    `/cmr orders create ${userId} "never-mine.com good-name.com" --service-provider GOOGLE --google-oauth-route R`,
  )
  await confirm(world)
  await world.sees(/Finished, but not everything succeeded/)
  await press(world, 'Report to CMR')
  const form = await world.opened(world.ana.id, (view) => view.callback_id === 'errors.send' && !!view.submit)
  const [{ orderId }] = await world.look('orders')
  expect(initialOf(form)).toMatchObject({
    domain: 'never-mine.com, good-name.com',
    endpoint: 'POST /orders/json',
    message: 'Failed: never-mine.com (The registry says no)',
    orderId,
  })
})

test('/cmr errors send by itself is filled from the failure that I met last, nobody else’s', async () => {
  const world = await startWorld()
  const [{ domainName }] = await world.look('domains')
  await world.control('faults', { endpoint: 'domains.get', fault: '409', message: 'The domain is locked' })
  await world.say(`/cmr domains get ${domainName}`)
  await world.sees(/The domain is locked/)
  await world.say('/cmr errors send')
  expect(initialOf(await world.opened())).toMatchObject({
    domain: domainName,
    endpoint: 'GET /domains',
    message: expect.stringContaining('The domain is locked'),
  })
  await world.interactions.close(world.ana.id)
  // A report of its own does not change that one.
  await world.say('/cmr errors send --message "Mail bounces" --domain acme.com')
  const own = JSON.stringify(
    (await world.opened(world.ana.id, (view) => JSON.stringify(view).includes('Mail bounces'))).blocks,
  )
  expect(own).toContain('Domain: acme.com')
  expect(own).not.toContain(domainName)
  await world.say('/cmr errors send', world.omar.id)
  expect(initialOf(await world.opened(world.omar.id)).message).toBeUndefined()
})
