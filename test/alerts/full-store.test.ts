import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statfsSync, unlinkSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { expect, inject, onTestFinished, test } from 'vitest'
import { testUrl } from '../support/databases.ts'
import { eventually } from '../support/eventually.ts'
import { startWorld } from '../support/world.ts'

/** A disk of its own of a few megabytes. @returns nothing where this machine lets nobody mount */
function smallDisk(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'cmr-disk-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'cmr-test', folder], { stdio: 'ignore' })
  } catch (error) {
    if (process.env.CI) throw error
    console.warn('Nothing can be mounted here: what happens on a full disk is not tested.')
    return undefined
  }
  onTestFinished(() => void execFileSync('umount', ['-l', folder]))
  return folder
}

/** A line to a port of this machine that can be cut, so that neither end hears anything of it. */
async function lineTo(port: number): Promise<{ port: number; cut(on: boolean): void }> {
  let isCut = false
  const ends = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1')
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      ends.add(from.on('close', () => to.destroy()).on('error', () => to.destroy()))
      from.on('data', (bytes) => {
        if (!isCut) to.write(bytes)
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    for (const end of ends) end.destroy()
  })
  return {
    port: (server.address() as AddressInfo).port,
    cut: (on) => {
      isCut = on
    },
  }
}

test('on a full disk CMR is asked to try again, the admins are told, and all goes on once there is space', async () => {
  const disk = smallDisk()
  if (!disk) return
  const world = await startWorld({ env: { DATABASE_URL: `file:${join(disk, 'cmr.db')}` } })
  let sent = 0
  const send = async () => {
    const eventId = `e${sent++}`
    const data = { subscriptionId: `SUB-${eventId}`, domain: `${eventId}.com`, note: 'x'.repeat(100_000) }
    return { eventId, status: await world.webhook({ event: 'subscription.expired', eventId, data }) }
  }
  const first = await send()
  expect(first.status).toBe(200)

  const filler = join(disk, 'filler')
  const { bavail, bsize } = statfsSync(disk)
  writeFileSync(filler, Buffer.alloc(bavail * bsize))
  const statuses: number[] = []
  while (!statuses.includes(503) && statuses.length < 100) statuses.push((await send()).status)
  expect(statuses.at(-1)).toBe(503)
  const lost = `e${sent - 1}`
  const ready = await fetch(`${world.botUrl}/readyz`)
  expect(ready.status).toBe(503)
  expect(await ready.text()).toContain('webhooks cannot be stored: database or disk is full')
  const told = async (text: string) => {
    const opened = await world.call('conversations.open', { users: world.ana.id })
    const { id } = opened.channel as { id: string }
    await eventually(() =>
      expect(world.messages(id).filter((one) => one.text.includes(text))).toHaveLength(1),
    )
  }
  await told('cannot be stored')

  unlinkSync(filler)
  await told('can be stored again')
  expect((await fetch(`${world.botUrl}/readyz`)).status).toBe(200)
  const again = { event: 'subscription.expired', eventId: lost, data: { domain: `${lost}.com` } }
  expect(await world.webhook(again)).toBe(200)
  await eventually(async () => {
    const ids = (await world.history(world.alerts.id)).flatMap(
      ({ metadata }) => metadata?.event_payload.event_ids.split(' ') ?? [],
    )
    expect(ids.toSorted()).toEqual(Array.from({ length: sent }, (_, at) => `e${at}`).toSorted())
  })
}, 60_000)

test.runIf(inject('postgresUrl'))('a database that becomes read-only is told the same way', async () => {
  const url = await testUrl('postgres')
  const world = await startWorld({ env: { DATABASE_URL: url } })
  const webhook = (eventId: string) =>
    world.webhook({ event: 'subscription.expired', eventId, data: { domain: `${eventId}.com` } })
  /** As a failover to a standby does: the old connections end, the new ones may only read. */
  const readOnly = async (on: boolean) => {
    const client = new pg.Client(inject('postgresUrl'))
    await client.connect()
    const name = new URL(url).pathname.slice(1)
    await client.query(`alter database ${name} set default_transaction_read_only = ${on ? 'on' : 'off'}`)
    await client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name])
    await client.end()
  }
  const ready = async () => (await fetch(`${world.botUrl}/readyz`)).status
  expect(await webhook('before')).toBe(200)
  await readOnly(true)
  await eventually(async () => expect(await webhook('meanwhile')).toBe(503))
  expect(await ready()).toBe(503)
  await readOnly(false)
  await eventually(async () => expect(await webhook('meanwhile')).toBe(200))
  await eventually(async () => expect(await ready()).toBe(200))
})

test.runIf(inject('postgresUrl'))(
  'a database that falls silent keeps nobody waiting',
  async () => {
    const url = new URL(await testUrl('postgres'))
    const line = await lineTo(Number(url.port))
    url.port = String(line.port)
    const world = await startWorld({ databaseSilenceMs: 2000, env: { DATABASE_URL: url.href } })
    const webhook = (eventId: string) =>
      world.webhook({ event: 'subscription.expired', eventId, data: { domain: `${eventId}.com` } })
    const ready = async () => (await fetch(`${world.botUrl}/readyz`)).status
    expect(await webhook('before')).toBe(200)
    line.cut(true)
    expect(await Promise.all([webhook('meanwhile'), ready()])).toEqual([503, 503])
    line.cut(false)
    await eventually(async () => expect(await webhook('meanwhile')).toBe(200))
    await eventually(async () => expect(await ready()).toBe(200))
  },
  40_000,
)
