import { DatabaseSync } from 'node:sqlite'
import { expect, test, vi } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { startWorld, type World } from '../support/world.ts'

const fields = [
  ...['password', 'appPassword', 'authenticatorSecret', 'smtpPassword', 'imapPass', 'key', 'credential'],
  ...['Passwort', 'imap.auth', 'token', 'recoveryEmail', 'secret', 'clave'],
]
const canaryOf = (field: string) => `Canary-9Q-${field}-7x!`
const credentials = Object.fromEntries(fields.map((field) => [field, canaryOf(field)]))
const canaries = fields.map(canaryOf)

/** A canary may also stand in base64, whatever stands around it. */
function leaksIn(text: string): string[] {
  const encoded = canaries.flatMap((canary) =>
    [0, 1, 2].map((before) => {
      const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(canary)])
      const inside = Math.floor((bytes.length * 8) / 6)
      return bytes.toString('base64').slice(Math.ceil((before * 8) / 6), inside)
    }),
  )
  return [...canaries, ...encoded].filter((one) => text.includes(one))
}

/** Everything in every table. */
function dump(world: World): string {
  const db = new DatabaseSync(String(world.env.DATABASE_URL).replace('file:', ''), { readOnly: true })
  const tables = db.prepare("select name from sqlite_master where type = 'table'").all()
  const all = tables.map(({ name }) => JSON.stringify(db.prepare(`select * from "${String(name)}"`).all()))
  db.close()
  return all.join('\n')
}

test('no credential of an event is in a message, a log, a metric or a table', async () => {
  const logged: string[] = []
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    logged.push(String(text))
    return true
  })
  const world = await startWorld({ env: { LOG_LEVEL: 'trace' } })
  const box = { mailboxId: 'M1', email: 'jane@canary.com', firstName: 'Jane', ...credentials }
  const detail = { domain: 'canary.com', subscriptionId: 'S1', preWarmedUpMailboxes: [box] }
  const base64 = Buffer.from(`jane:${canaryOf('password')}`).toString('base64')
  const odd = {
    ...credentials,
    note: `Use ${canaryOf('password')}`,
    deep: [{ ...credentials, inner: credentials }],
    url: `https://jane:${canaryOf('password')}@canary.com/?k=${canaryOf('key')}`,
    header: `Basic ${base64}`,
  }
  const events = [
    ['prewarmup.order.success', { userId: 'U1', orderId: 'O1', mailboxDetails: [detail] }],
    ['mailbox.created', { ...box, mailboxId: 'M2', email: 'joe@canary.com', imap: odd, smtp: odd }],
    ['mailbox.rotated', { domain: 'canary.com', ...odd }],
    ['domain.order.failed', { domainName: 'canary.com', reason: `${canaryOf('key')} or ${base64}` }],
  ] as const
  for (const [at, [event, data]] of events.entries())
    expect(await world.webhook({ event, eventId: `E${at}`, data })).toBe(200)
  const heard = () => JSON.stringify(world.everything())
  await eventually(() => {
    for (const text of ['Pre-warmed *canary.com*', 'joe@canary.com', 'mailbox.rotated', 'could not be'])
      expect(heard()).toContain(text)
  })
  for (const at of events.keys()) {
    await world.say(`/cmr events show E${at}`)
    await world.sees(new RegExp(`eventId \`E${at}\``))
  }
  expect(leaksIn(heard())).toEqual([])
  expect(leaksIn(dump(world))).toEqual([])
  expect(leaksIn(await (await fetch(`${world.botUrl}/metrics`)).text())).toEqual([])
  write.mockRestore()
  expect(logged.join('')).toContain('the bot listens')
  expect(leaksIn(logged.join(''))).toEqual([])
})

test('a password that CMR’s refusal repeats is in nothing that people read and in no table', async () => {
  const world = await startWorld()
  const [{ userId }] = await world.look('users')
  const password = canaryOf('password')
  const message = `The login ops@agency.com / ${password} is wrong`
  await world.control('faults', { endpoint: 'exports.connect', fault: '422', times: 1, message })
  await world.say(`/cmr exports connect ${userId} SMARTLEAD`)
  await world.opened()
  const answer = await world.submit({ email: 'ops@agency.com', password })
  await eventually(() =>
    expect(JSON.stringify([answer, world.everything()])).toContain('ops@agency.com / [removed] is wrong'),
  )
  expect(leaksIn(JSON.stringify([answer, world.everything()]))).toEqual([])
  expect(leaksIn(dump(world))).toEqual([])
})
