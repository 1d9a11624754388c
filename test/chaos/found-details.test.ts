import { expect, test } from 'vitest'
import { inStore } from '../support/alerts.ts'
import { eventually } from '../support/eventually.ts'
import { DAY_MS, startMovingPartner } from '../support/moving-partner.ts'

const HOUR = DAY_MS / 24

test('changes of a mailbox, and where a domain points, are told once whether their webhooks come or not', {
  timeout: 180_000,
}, async () => {
  const partner = await startMovingPartner({ orders: 1, domainsEach: 3 })
  const { world } = partner
  await world.restart()
  await partner.settle()
  await partner.deliver(await partner.pass(3 * DAY_MS))
  await partner.settle()
  await partner.settle()
  const cmr = async (method: string, path: string, body: object) => {
    const answer = await fetch(`${world.env.CMR_API_URL}${path}`, {
      method,
      headers: { 'cmr-x-api-key': String(world.env.CMR_API_KEY), 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    expect(answer.status).toBe(200)
  }
  const mailboxes = await world.look('mailboxes')
  const boxesOn = (domain: string) => mailboxes.filter((one: { domain: string }) => one.domain === domain)
  const [jane, john] = boxesOn('moving0x0.com')
  const [maya] = boxesOn('moving0x1.com')
  const update = (mailboxData: object) =>
    cmr('PATCH', `/mailboxes/update-mailbox-details?userId=${jane.userId}`, { mailboxData })
  const told = async (about: string) => (await partner.told()).filter((one) => one.includes(about))
  const bySync = () => inStore(world, `select event_id from events where source = 'sync'`).length
  expect(bySync()).toBe(0)

  // Lost: found, then late and doubled.
  await update([
    { mailboxId: jane.mailboxId, firstName: 'Janet' },
    { mailboxId: john.mailboxId, lastName: 'Dow', userName: 'johnny' },
  ])
  const renamed = await partner.pass(1000)
  await partner.settle()
  expect(await told(jane.mailboxId)).toContain(`mailbox.updated ${jane.mailboxId} firstName`)
  expect((await told(john.mailboxId)).filter((one) => one.startsWith('mailbox.updated'))).toHaveLength(2)
  expect(bySync()).toBe(2)
  await partner.deliver([...renamed, ...renamed])
  await partner.quiet()
  expect(bySync()).toBe(2)
  const janes = async () => (await told(jane.mailboxId)).filter((one) => one.startsWith('mailbox.updated'))
  expect(await janes()).toHaveLength(1)

  // In time: told by the webhook alone.
  await partner.pass(2 * HOUR)
  await update({ mailboxId: jane.mailboxId, firstName: 'Jane' })
  await partner.deliver(await partner.pass(1000))
  await partner.settle()
  expect(await janes()).toHaveLength(2)
  expect(bySync()).toBe(2)

  // The same once more, and lost.
  await partner.pass(2 * HOUR)
  await partner.readWhole()
  await update({ mailboxId: jane.mailboxId, firstName: 'Janet' })
  await partner.settle()
  expect(await janes()).toHaveLength(3)
  expect(bySync()).toBe(3)

  // What no webhook tells of at all, and where visitors are sent.
  const shows = async (text: string) => JSON.stringify(await world.history(world.alerts.id)).includes(text)
  await world.control('troubles', { trouble: 'mailbox-suspended', domain: 'moving0x1.com' })
  await cmr('POST', '/domains/forwarding', {
    userId: jane.userId,
    domains: ['moving0x2.com'],
    forwardTo: 'https://acme.example',
  })
  const forwarded = await partner.pass(10_000)
  await partner.settle()
  expect(await told(maya.mailboxId)).toContain(`mailbox.updated ${maya.mailboxId} status`)
  expect(await shows(`*${maya.email}* is SUSPENDED now`)).toBe(true)
  const records = async () => (await told('moving0x2.com')).filter((one) => one.startsWith('dns'))
  expect(await records()).toHaveLength(1)
  expect(await shows('The forwarding of *moving0x2.com* has changed')).toBe(true)
  expect(bySync()).toBe(5)
  await partner.deliver([...forwarded, ...forwarded])
  await partner.quiet()
  expect(await records()).toHaveLength(1)

  // The bot's own changes are told by their receipt.
  await world.say(`/cmr mailboxes update ${john.mailboxId} --firstName Jonathan`)
  await world.opened()
  await world.submit({})
  await world.say('/cmr domains forward moving0x0.com --forwardTo https://own.example')
  await world.opened()
  await world.submit({})
  // Its first look at what it has asked for comes long before a change counts as untold.
  await partner.pass(2 * 60_000)
  await eventually(() =>
    expect(inStore(world, `select state from expected_results`)).toEqual([
      { state: 'done' },
      { state: 'done' },
    ]),
  )
  await partner.settle()
  const [own] = (await world.look('domains')).filter(
    ({ domainName }: { domainName: string }) => domainName === 'moving0x0.com',
  )
  expect(own.domainForwarding).toMatchObject({ forwardTo: 'https://own.example' })
  expect(bySync()).toBe(5)
})
