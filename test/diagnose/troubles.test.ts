import { afterAll, beforeAll, expect, test } from 'vitest'
import { troubleNames } from '../../src/sandbox/troubles.ts'
import { confirm, press } from '../support/clicks.ts'
import { chainIn, diagnose, diagnosed, healthyCustomer, labels, plant } from '../support/diagnose.ts'
import { confirming } from '../support/order-form.ts'
import { shareWorld } from '../support/world.ts'

let world: Awaited<ReturnType<typeof shareWorld>>

beforeAll(async () => {
  world = await shareWorld()
  // CMR tells this bot things: what is silent is a trouble of its own.
  await world.webhook({ event: 'mailbox.updated', eventId: 'E1', data: { email: 'jane@acme.com' } })
})
afterAll(() => world.close())

/** Fills in the form that opens, and confirms it. */
const fill =
  (values: Record<string, string> = {}) =>
  async () => {
    const view = await world.opened()
    await world.submit(values)
    if (JSON.stringify(view.submit).includes('Next')) await confirm(world)
  }

interface Planted {
  /** Begins the headline, after the sign and what it does to the mail. */
  readonly says: RegExp
  /** The first button: it mends it, where anything can. */
  readonly button: string
  /** What somebody does once the button is pressed; without it nothing mends it, and the button only opens. */
  readonly mend?: () => Promise<unknown>
  /** What the headline is once it is mended; all green unless told otherwise. */
  readonly afterwards?: RegExp
  /** Mailboxes on the domain; one unless told otherwise. */
  readonly mailboxes?: number
}

/** How each trouble is named, and mended. The sandbox plants them, and diagnose knows nothing of its list. */
const expected: Readonly<Record<string, Planted>> = {
  'domain-lapsed': { says: /:x: .*has expired .* grace period is over/, button: 'Report to CMR' },
  'domain-in-grace': {
    says: /:x: .*lost for good at .* Renew it now for \$16\.50/,
    button: 'Renew domain',
    mend: () => confirm(world),
  },
  'domain-ends-soon': {
    says: /:rotating_light: .*expires .* and its auto-renew is off/,
    button: 'Turn auto-renew on',
    mend: () => confirm(world),
  },
  'domain-transferred': { says: /:x: .*was transferred/, button: 'Report to CMR' },
  'nameservers-foreign': {
    says: /:x: .*`ns1\.parking\.test`.* while other domains at CMR have `ns1\.cmr-dns\.test`/,
    button: 'Put nameservers back',
    mend: () => confirm(world),
  },
  'mx-missing': { says: /:warning: .*MX record is missing/, button: 'Add MX', mend: fill() },
  'mx-wrong': {
    says: /:warning: .*MX record is wrong.*mail\.old-host\.test/,
    button: 'Change MX',
    mend: fill(),
  },
  'spf-missing': { says: /:warning: .*SPF record is missing/, button: 'Add SPF', mend: fill() },
  'spf-wrong': { says: /:warning: .*SPF record is wrong/, button: 'Change SPF', mend: fill() },
  'spf-twice': {
    says: /:warning: .*2 SPF records, so receivers use none/,
    button: 'Delete the other SPF',
    mend: () => confirm(world),
  },
  'dkim-missing': {
    says: /:warning: .*DKIM record is missing/,
    button: 'Add DKIM',
    mend: fill({ value: 'v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A' }),
  },
  'dmarc-missing': { says: /:warning: .*DMARC record is missing/, button: 'Add DMARC', mend: fill() },
  'dmarc-invalid': {
    says: /:warning: .*DMARC record is wrong.*names no policy/,
    button: 'Change DMARC',
    mend: fill({ value: 'v=DMARC1; p=none' }),
  },
  'past-due': {
    says: /:rotating_light: .*payment of its subscription failed.*The wallet covers it: renew it now for about \$5\.00/,
    button: 'Renew now',
    mend: () => confirm(world),
  },
  'wallet-empty': {
    says: /:rotating_light: .*wallet holds \$0\.00, and its subscription renews .* for about \$5\.00.*Add \$5\.00/,
    button: 'Add funds',
    mend: () => world.control('wallet', { balanceCents: 100_000 }),
  },
  'subscription-ends-soon': {
    says: /:rotating_light: .*subscription ends .* and its auto-renew is off/,
    button: 'Turn auto-renew on',
    mend: () => confirm(world),
  },
  'domain-auto-renew-off': {
    says: /:bulb: .*auto-renew of the domain is off: it ends .* unless somebody renews it/,
    button: 'Turn auto-renew on',
    mend: () => confirm(world),
  },
  'auto-renew-off': {
    says: /:bulb: .*auto-renew of its subscription is off: it ends .* unless somebody renews it/,
    button: 'Turn auto-renew on',
    mend: () => confirm(world),
  },
  'subscription-expired': {
    says: /:x: .*subscription has expired .*, so its mailbox is switched off/,
    button: 'Order mailboxes',
    mend: async () => {
      await world.opened(world.ana.id, confirming)
      await world.submit({})
    },
    // Its new mailbox is not warmed up yet.
    afterwards: /:bulb: .*is not warmed up/,
  },
  'subscription-cancelled': { says: /:x: .*subscription is cancelled/, button: 'Order mailboxes' },
  'workspace-gone': {
    says: /:x: .*finds no Google workspace on it, although its subscription is ACTIVE/,
    button: 'Recreate',
    mend: () => confirm(world),
    afterwards: /:bulb: .*is not warmed up/,
  },
  'mailbox-suspended': {
    says: /:x: \*Not every mailbox of .* can send\.\* \*maya@.*\* is SUSPENDED/,
    button: 'Report to CMR',
    mailboxes: 2,
  },
  'mailbox-failed': { says: /:x: .*\*maya@.*\* could not be created \(FAILED\)/, button: 'Report to CMR' },
  'mailbox-stuck': { says: /:x: .*has been IN_PROGRESS for more than an hour/, button: 'Report to CMR' },
  'warmup-paused': {
    says: /:bulb: .*warm-up of \*maya@.*\* is paused/,
    button: 'Resume warm-up',
    mend: () => confirm(world),
  },
  'warmup-missing': {
    says: /:bulb: .*\*maya@.*\* is not warmed up/,
    button: 'Start warm-up',
    mend: () => confirm(world),
  },
  'placement-bad': {
    says: /:warning: .*only 22% of what maya@.* sent reached the inbox/,
    button: 'Test again',
  },
  'export-failed': {
    says: /:bulb: .*export of \*maya@.*\* to Smartlead .* failed: Smartlead did not take/,
    button: 'Export again',
    mend: () => confirm(world),
  },
  'oauth-expired': {
    says: /:bulb: .*login of Smartlead .* no longer works: invalid_grant/,
    button: 'Reconnect Smartlead',
    mend: fill({ password: 'a-new-one' }),
    afterwards: /:bulb: .*export of .* failed/,
  },
  'order-parked': {
    says: /:x: .*order waits to be processed/,
    button: 'Process order',
    mend: () => confirm(world),
    // What CMR does not make is left to be added.
    afterwards: /:warning: .*SPF record is missing/,
  },
  'order-stuck': { says: /:x: .*has been working on its order since/, button: 'Report to CMR' },
  'order-failed': {
    says: /:x: .*could not register it: The registry refused the name/,
    button: 'Order again',
  },
  'mailbox-order-failed': {
    says: /:x: .*order of its mailboxes failed: A workspace exists on it already/,
    button: 'Order mailboxes',
  },
  'customer-gone': { says: /:x: .*no longer knows its customer/, button: 'Report to CMR' },
}

test('every trouble that the sandbox can plant is looked for', () => {
  expect(Object.keys(expected).sort()).toEqual([...troubleNames].sort())
})

test('a healthy domain is all green', async () => {
  await healthyCustomer(world, ['healthy.test'])
  const answer = await diagnose(world, 'healthy.test')
  expect(answer.text).toBe(':white_check_mark: *healthy.test is fine*, from the domain to the wallet.')
  const chain = chainIn(answer)
  expect(Object.keys(chain)).toEqual([
    'Domain',
    'DNS',
    'Mailboxes',
    'Subscription',
    'Warm-up',
    'Wallet',
    'Webhooks',
  ])
  for (const state of Object.values(chain)) expect(state).toMatch(/^:white_check_mark: /)
})

test.each(Object.entries(expected))(
  '%s is named first, with the button that fixes it',
  async (trouble, planted) => {
    const domain = `${trouble}.test`
    const userId = await healthyCustomer(world, [domain, `a-${domain}`, `b-${domain}`], planted)
    const { orderId } = await plant(world, trouble, domain)
    // CMR lists no orders: the bot knows those that it was told of.
    const answer = await diagnose(
      world,
      orderId ? `${orderId} --userId ${userId}` : `${domain} --userId ${userId}`,
    )
    expect(answer.text).toMatch(planted.says)
    expect(answer.text).toContain(domain)
    const [first] = labels(answer)
    expect(first).toBe(planted.button)
    if (!planted.mend) return
    if (planted.button !== 'Add funds') await press(world, planted.button)
    await planted.mend()
    await diagnosed(
      world,
      domain,
      planted.afterwards ?? new RegExp(`^:white_check_mark: \\*${domain} is fine`),
    )
  },
)

test('what only CMR’s support can mend is reported to them with its ids', async () => {
  const userId = await healthyCustomer(world, ['lapsed-2.test'])
  await plant(world, 'domain-lapsed', 'lapsed-2.test')
  await diagnose(world, 'lapsed-2.test')
  await press(world, 'Report to CMR')
  await confirm(world)
  await world.sees('Reported to CMR')
  const [report] = (await world.look('errors')) as Record<string, string>[]
  expect(report).toMatchObject({ domain: 'lapsed-2.test', message: expect.stringContaining('has expired') })
  expect(report?.context).toContain(userId)
})
