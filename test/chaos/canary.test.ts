import { expect, onTestFinished, test, vi } from 'vitest'
import { dialects, everyRow, testUrl } from '../support/databases.ts'
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

/** Catches what the bot logs, at every level. */
function listenToLog(): () => string {
  const logged: string[] = []
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    logged.push(String(text))
    return true
  })
  onTestFinished(() => write.mockRestore())
  return () => logged.join('')
}

/** Where a canary must never be: every message and form, table, metric and line of the log. */
async function leaksOf(world: World, logged: () => string, ...besides: unknown[]): Promise<string[]> {
  const rows = await everyRow(String(world.env.DATABASE_URL))
  expect(rows).toContain('canary.com')
  const metrics = await (await fetch(`${world.botUrl}/metrics`)).text()
  const ready = await (await fetch(`${world.botUrl}/readyz`)).text()
  expect(logged()).toContain('the bot listens')
  return leaksIn([JSON.stringify([world.everything(), besides]), rows, metrics, ready, logged()].join('\n'))
}

const traced = async (dialect: string) =>
  startWorld({ env: { LOG_LEVEL: 'trace', DATABASE_URL: await testUrl(dialect) } })

test.each(dialects)(
  'no credential of an event is in a message, a log, a metric or a table on %s',
  async (dialect) => {
    const logged = listenToLog()
    const world = await traced(dialect)
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
    expect(await leaksOf(world, logged)).toEqual([])
  },
)

test.each(dialects)('a password that CMR’s refusal repeats is nowhere on %s', async (dialect) => {
  const logged = listenToLog()
  const world = await traced(dialect)
  const [{ userId }] = await world.look('users')
  const password = canaryOf('password')
  const base64 = Buffer.from(`ops@canary.com:${password}`).toString('base64')
  const message = `The login ops@canary.com / ${password} (Basic ${base64}) is wrong`
  await world.control('faults', { endpoint: 'exports.connect', fault: '422', times: 1, message })
  await world.say(`/cmr exports connect ${userId} SMARTLEAD`)
  await world.opened()
  const answer = await world.submit({ email: 'ops@canary.com', password })
  await eventually(() =>
    expect(JSON.stringify([answer, world.everything()])).toContain('ops@canary.com / [removed] (Basic'),
  )
  expect(await leaksOf(world, logged, answer)).toEqual([])
})
