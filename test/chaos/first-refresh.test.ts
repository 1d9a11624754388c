import { readFileSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import { inStore } from '../support/alerts.ts'
import { startBigPartner } from '../support/big-partner.ts'
import { killProcess, startProcess } from '../support/process.ts'
import { startWorld } from '../support/world.ts'

const long = process.env.CHAOS === 'long'
const SIZE = long
  ? { users: 2000, domainsEach: 5, mailboxesEach: 5 }
  : { users: 60, domainsEach: 4, mailboxesEach: 5 }
const MOST_MINUTES = long ? 20 : 2
/** Between two of a person's commands: twenty and more of them, of which one in twenty may wait. */
const ASKS_EVERY_MS = long ? 1500 : 300

/** Resident memory of a process, in megabytes. */
function residentMb(pid: number | undefined): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024
}

test('the first refresh of a big partner ends after kill -9 too, within CMR’s pace and 300 MB, and nobody waits', {
  timeout: (MOST_MINUTES + 2) * 60_000,
}, async () => {
  const partner = await startBigPartner(SIZE)
  const world = await startWorld({
    withBot: false,
    env: { CMR_API_URL: partner.url, CMR_SYNC_INTERVAL: '300' },
  })
  const first = await startProcess(world)
  const known = () =>
    Object.fromEntries(
      inStore(world, 'select kind, count(*) as rows from directory_entries group by kind').map((row) => [
        row.kind,
        row.rows,
      ]),
    )
  await vi.waitFor(() => expect(Number(known().domain ?? 0)).toBeGreaterThan(SIZE.users), {
    timeout: MOST_MINUTES * 60_000,
    interval: 500,
  })
  const [before] = inStore(world, `select cursor from directory_passes where kind = 'domain'`)
  await killProcess(first)

  const second = await startProcess(world)
  const waited: number[] = []
  let mostMb = 0
  let isOver = false
  const person = (async () => {
    for (let asked = 1; !isOver; asked++) {
      const began = performance.now()
      await world.say('/cmr wallet')
      await vi.waitFor(
        () =>
          expect(world.messages(world.ops.id).filter(({ text }) => /wallet/i.test(text))).toHaveLength(asked),
        { timeout: 20_000, interval: 20 },
      )
      waited.push(performance.now() - began)
      mostMb = Math.max(mostMb, residentMb(second.pid))
      await new Promise((resolve) => setTimeout(resolve, ASKS_EVERY_MS))
    }
  })()
  await vi.waitFor(
    () =>
      expect(
        inStore(
          world,
          `select kind from directory_passes where passes > 0 and kind in ('user', 'domain', 'subscription', 'mailbox')`,
        ),
      ).toHaveLength(4),
    { timeout: MOST_MINUTES * 60_000, interval: 500 },
  )
  isOver = true
  await person
  expect(known()).toEqual(partner.counts)
  expect(before?.cursor).toMatch(/^USER/)
  // One request may have been under way when it died.
  expect(partner.asked('/domains/by-user')).toBeLessThanOrEqual(SIZE.users + 1 + pressing())
  expect(partner.most()).toBeLessThanOrEqual(5)
  expect(mostMb).toBeLessThan(300)
  expect(waited.toSorted((a, b) => a - b)[Math.floor(waited.length * 0.95)]).toBeLessThan(1000)

  /** Customers of whom a domain is about to expire are asked about again. */
  function pressing(): number {
    const [row] = inStore(
      world,
      `select sum(turns + turns_before) as turns from directory_passes where kind = 'pressing domains'`,
    )
    return Number(row?.turns ?? 0)
  }
})
