import fc from 'fast-check'
import { expect, test } from 'vitest'
import { storableData } from '../../src/cmr/event-data.ts'
import { webhookEvents } from '../../src/cmr/events/index.ts'
import { dropCredentials, isCredentialText } from '../../src/cmr/redact.ts'

const canary = 'Canary-7f3A!secret'

test.each([
  'key',
  'credential',
  'Passwort',
  'imap.auth',
  'mot de passe',
  'contraseña',
  'wachtwoord',
  'пароль',
  'senha',
  'imapPass',
  'authKey',
  'private_key',
])('%s is a credential', (name) => {
  expect(isCredentialText(name)).toBe(true)
  expect(dropCredentials({ [name]: canary, a: 1 })).toEqual({ a: 1 })
})

test('dates, yes and no are kept in one form, however CMR sends them', () => {
  const at = '2026-12-24T19:41:03.000Z'
  const seconds = Date.parse(at) / 1000
  for (const periodEnd of [at, seconds, seconds * 1000, String(seconds), String(seconds * 1000)])
    for (const autoRenew of [false, 'false', 0])
      expect(storableData('subscription.past_due', { subscriptionId: 'S', periodEnd, autoRenew })).toEqual({
        subscriptionId: 'S',
        periodEnd: at,
        autoRenew: false,
      })
  expect(storableData('domain.grace_period', { domainName: 'acme.com', expiryDate: 'soon' })).toEqual({
    domainName: 'acme.com',
    expiryDate: 'soon',
  })
})

test('an unknown event keeps what cannot be a secret, and nothing else', () => {
  const harmless = {
    mailboxId: 'M1',
    status: 'ACTIVE',
    domain: 'Acme.com',
    when: '2026-11-24T08:00:00.000Z',
    until: '2026-11-24',
    email: 'jane@acme.com',
    site: 'acme.com',
    cost: '14.50',
    quantity: '3',
    count: 4,
    done: true,
    nothing: null,
    actionId: 'ACT_7a078272-0fa7-4db4-a85b-c78697dacea1',
    credentials: [{ credentialId: 'C1', email: 'a@b.co' }],
    smtp: { host: 'smtp.acme.com', port: 587 },
  }
  const secret = {
    key: canary,
    credential: canary,
    Passwort: canary,
    'imap.auth': canary,
    imap: { auth: canary, x: [canary, { y: canary }] },
    note: `The new one is ${canary}`,
    zugang: canary,
    url: `https://jane:${canary}@acme.com/`,
    link: `https://acme.com/x?token=${canary}`,
    [canary]: true,
    credentials2: canary,
    status: canary,
    pin: 123456,
  }
  expect(storableData('mailbox.rotated', harmless)).toEqual(harmless)
  expect(JSON.stringify(storableData('mailbox.rotated', secret))).not.toContain(canary)
  expect(storableData('mailbox.rotated', secret)).not.toHaveProperty('pin')
  expect(storableData('mailbox.rotated', canary)).toEqual({})
})

test('a documented event keeps its declared texts, without a credential that another field gives away', () => {
  const data = { domainName: 'acme.com', reason: `The login ${canary} is refused`, smtpPassword: canary }
  expect(storableData('domain.order.failed', data)).toEqual({
    domainName: 'acme.com',
    reason: 'The login [removed] is refused',
  })
  expect(storableData('domain.order.failed', { reason: 'Taken; password: required' })).toEqual({
    reason: 'Taken; password: required',
  })
  expect(storableData('domain.order.failed', { reason: 'Bad password: hunter2!' })).toEqual({
    reason: 'Bad password: [removed]',
  })
})

test('a pre-warmed order keeps domains, subscriptions and mailboxes', () => {
  const mailbox = { mailboxId: 'M1', email: 'jane@acme.com', firstName: 'Jane', lastName: 'Doe 2' }
  const secrets = { password: canary, appPassword: canary, authenticatorSecret: 'JBSWY3DPEHPK3PXP' }
  const details = (box: object) => ({
    orderId: 'O1',
    mailboxDetails: [{ domain: 'acme.com', subscriptionId: 'S1', preWarmedUpMailboxes: [box] }],
  })
  expect(storableData('prewarmup.order.success', details({ ...mailbox, ...secrets }))).toEqual(
    details(mailbox),
  )
})

test('whatever JSON an event is, nothing throws, and a canary under a credential’s name is gone', () => {
  const event = fc.constantFrom(...Object.keys(webhookEvents), 'unknown.event')
  const named = fc.constantFrom('password', 'appPassword', 'key', 'Passwort', 'auth', 'token')
  fc.assert(
    fc.property(event, fc.jsonValue(), named, (name, value, field) => {
      const kept = JSON.stringify(storableData(name, { value, deep: [{ [field]: canary, value }] }))
      expect(kept).not.toContain(canary)
    }),
  )
})
