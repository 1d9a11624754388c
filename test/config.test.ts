import { expect, test } from 'vitest'
import { parseConfig, settingBehind } from '../src/config.ts'

const needed = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_SIGNING_SECRET: 'signing', CMR_API_KEY: 'partner-key' }
const settings = (over: Record<string, string>) => {
  const parsed = parseConfig({ ...needed, ...over })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults))
  return parsed.config
}

test.each(['Asia/Kolkata', 'Europe/Kyiv', 'US/Pacific', 'Asia/Calcutta', 'Etc/UTC', 'UTC'])(
  'I may give %s as my time zone',
  (zone) => expect(settings({ CMR_TIMEZONE: zone }).CMR_TIMEZONE).toBe(zone),
)

test('a mounted secret that ends with a line feed is taken without it', () => {
  expect(settings({ CMR_API_KEY: 'partner-key\n', CMR_WEBHOOK_SECRET: ' hook\n' })).toMatchObject({
    CMR_API_KEY: 'partner-key',
    CMR_WEBHOOK_SECRET: ['hook'],
  })
})

test('an empty variable counts as not set', () => {
  expect(settings({ CMR_SYNC_INTERVAL: '', CMR_ADMINS: ' ' })).toMatchObject({
    CMR_SYNC_INTERVAL: 300,
    CMR_ADMINS: [],
  })
})

test.each([
  ['SLACK_BOT_TOKEN', 'xoxp-1'],
  ['SLACK_APP_TOKEN', 'xoxb-1'],
  ['SLACK_API_URL', 'ftp://slack'],
  ['CMR_API_KEY', 'two words'],
  ['CMR_WEBHOOK_SIGNATURE', 'sha512'],
  ['CMR_API_URL', 'customers.coldmailreseller.com'],
  ['DATABASE_URL', 'mysql://db'],
  ['PORT', '65536'],
  ['PORT', '0x10'],
  ['PORT', '3e3'],
  ['CMR_ALERT_PACE_MS', '0b11'],
  ['CMR_AUDIT_DAYS', '0o7777'],
  ['CMR_REMINDER_DAYS', '45,0x1e'],
  ['CMR_WALLET_DAYS', '1e1'],
  ['CMR_ADMINS', 'ana'],
  ['CMR_DEFAULT_ROLE', 'owner'],
  ['CMR_ALERTS_CHANNEL', 'alerts'],
  ['CMR_ALERT_PACE_MS', '-1'],
  ['CMR_SANDBOX_API_KEY', 'ключ'],
  ['CMR_SANDBOX_API_URL', 'sandbox'],
  ['CMR_MAILBOX_PRICE', 'three'],
  ['CMR_MAILBOX_PRICE_AFTER_YEAR', '-5'],
  ['CMR_WARMUP_PRICE', 'xxx'],
  ['CMR_TIMEZONE', '+05:30'],
  // More than a timer takes would be no time at all.
  ['CMR_SYNC_INTERVAL', '9999999'],
  ['CMR_SYNC_INTERVAL', '2.5'],
  ['LOG_LEVEL', 'loud'],
])('%s=%s is refused by its name, and never shown', (name, value) => {
  const parsed = parseConfig({ ...needed, [name]: value })
  expect(parsed).toMatchObject({ ok: false, faults: [{ name, expected: expect.stringMatching(/\w/) }] })
  expect(JSON.stringify(parsed)).not.toContain(value)
})

test('without Socket Mode the signing secret is needed', () => {
  const { SLACK_SIGNING_SECRET: _, ...others } = needed
  expect(parseConfig(others)).toMatchObject({ ok: false, faults: [{ name: 'SLACK_SIGNING_SECRET' }] })
  expect(parseConfig({ ...others, SLACK_APP_TOKEN: 'xapp-1' }).ok).toBe(true)
})

test('two secrets are taken while the key is rotated, and a list that is none is named', () => {
  expect(settings({ CMR_WEBHOOK_SECRET: 'old, new' })).toMatchObject({ CMR_WEBHOOK_SECRET: ['old', 'new'] })
  for (const wrong of ['a,b,c', ',', ' , ']) {
    const parsed = parseConfig({ ...needed, CMR_WEBHOOK_SECRET: wrong })
    expect(parsed).toMatchObject({
      ok: false,
      faults: [{ name: 'CMR_WEBHOOK_SECRET', expected: expect.stringContaining('separated by a comma') }],
    })
  }
})

test.each(['a,', ',a', 'a,,b'])('an empty secret in %s is left out, and warned of', (list) => {
  const parsed = parseConfig({ ...needed, CMR_WEBHOOK_SECRET: list })
  expect(parsed).toMatchObject({
    config: { CMR_WEBHOOK_SECRET: list.split(',').filter(Boolean) },
    warnings: [expect.stringMatching(/^CMR_WEBHOOK_SECRET: .* is empty/)],
  })
})

test('settings without anything odd bring no warning', () => {
  expect(parseConfig({ ...needed, CMR_WEBHOOK_SECRET: 'old, new' })).toMatchObject({ warnings: [] })
  expect(parseConfig(needed)).toMatchObject({ ok: true, warnings: [] })
})

test.each([
  ['a file that may only be read', { errcode: 8 }, 'DATABASE_URL'],
  // SQLITE_READONLY_DIRECTORY: a volume that another user's bot wrote to.
  ['a folder that may only be read', { errcode: 1544 }, 'DATABASE_URL'],
  ['a full disk', { errcode: 13 }, undefined],
  ['an address of another machine', { code: 'EADDRNOTAVAIL', syscall: 'listen' }, 'HOST'],
  ['no port left to reach the database', { code: 'EADDRNOTAVAIL', syscall: 'connect' }, undefined],
])('a start that failed for %s names the setting behind it, where one is', (_, details, name) => {
  expect(settingBehind(Object.assign(new Error('failed'), details), '0.0.0.0')?.name).toBe(name)
})
