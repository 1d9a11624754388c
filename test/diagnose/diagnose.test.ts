import { expect, test } from 'vitest'
import { messageWith, pastDue, pressOn } from '../support/alerts.ts'
import { press } from '../support/clicks.ts'
import { startWorld } from '../support/world.ts'

interface Row {
  readonly userId: string
  readonly domainName: string
  readonly records: readonly unknown[]
}

/** A world, and a domain of it whose mail is not signed yet. */
async function withDomain() {
  const world = await startWorld()
  const found = ((await world.look('domains')) as Row[]).find(({ records }) => records.length === 2)
  if (!found) throw new Error('no such domain')
  return { world, ...found }
}

test('what is broken first is told first, and mended by its button', async () => {
  const { world, domainName } = await withDomain()
  await world.say(`/cmr diagnose ${domainName}`)
  await world.sees(new RegExp(`:x: \\*${domainName}\\*: DNS\\. DKIM is missing.*Then: DMARC`))
  expect(world.read()).toMatch(
    /\*Domain\* {2}ACTIVE; .*\*Subscription\* {2}ACTIVE until .*\*Wallet\* {2}It holds \$/s,
  )
  await press(world, 'Check DNS')
  await world.sees(`${domainName}: DKIM, DMARC to mend`)
})

test('a domain in its grace period comes before all that hangs on it', async () => {
  const world = await startWorld()
  const all = (await world.look('domains')) as (Row & { autoRenew: boolean; expiryDate: string })[]
  const found = all.find(({ autoRenew }) => !autoRenew)
  if (!found) throw new Error('no such domain')
  const { domainName, userId, expiryDate } = found
  await world.control('clock', { advanceMs: Date.parse(expiryDate) - Date.now() + 86_400_000 })
  await world.say(`/cmr diagnose ${domainName}`)
  await world.sees(new RegExp(`:x: \\*${domainName}\\*: Domain\\. It has expired .*Until it is renewed`))
  await press(world, 'Renew domain')
  const form = await world.opened()
  expect(form.callback_id).toBe('domains.renew')
  expect(JSON.stringify(form)).toContain(domainName)
  expect(JSON.stringify(form)).toContain(userId)
})

test('what CMR does not say leaves the rest to be looked at', async () => {
  const { world, domainName } = await withDomain()
  await world.control('faults', { endpoint: 'dns.list', fault: '409' })
  await world.say(`/cmr diagnose ${domainName}`)
  await world.sees(/\*DNS\* {2}CMR did not say\..*\*Wallet\* {2}It holds/s)
})

test('an alert is diagnosed by its button', async () => {
  const { world, domainName, userId } = await withDomain()
  await world.webhook(pastDue(domainName, { userId }))
  const alert = await messageWith(world, world.alerts.id, 'past due')
  await pressOn(world, alert, 'Diagnose', world.vera.id)
  const told = await messageWith(world, world.alerts.id, 'DKIM is missing')
  expect(JSON.stringify(told)).toMatch(/The last webhook came/)
})
