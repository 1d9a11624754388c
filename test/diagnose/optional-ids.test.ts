import { expect, test } from 'vitest'
import type { Mailbox } from '../../src/cmr/answers/mailboxes.ts'
import type { DomainFacts } from '../../src/diagnose/facts.ts'
import { problemChecks } from '../../src/diagnose/problems/index.ts'
import { mailboxCard } from '../../src/resources/mailboxes/messages.ts'

const known = <T>(value: T) => ({ known: true as const, value })
const now = new Date('2026-11-27T15:00:00Z')

/** A domain whose mailboxes are cold and failed to be exported, as CMR may tell of them. */
function factsWith(mailboxes: readonly Mailbox[]): DomainFacts {
  const subscription = { subscriptionStatus: 'ACTIVE', domain: 'acme.com' }
  return {
    of: { userId: 'U1', domain: 'acme.com' },
    now,
    domain: known({ domainName: 'acme.com', status: 'ACTIVE' }),
    mailboxes: known(mailboxes),
    subscriptions: known([subscription]),
    dns: known({ records: [{ recordType: 'TXT', host: '@', value: 'v=spf1 -all' }] }),
  } as unknown as DomainFacts
}

const cold: Mailbox = { status: 'ACTIVE', warmup: null, exports: [{ status: 'FAILED', message: 'No.' }] }

test.each<[string, Mailbox, string | undefined]>([
  ['its id', { ...cold, mailboxId: 'M1', email: 'jane@acme.com' }, 'mailboxId=M1'],
  ['its address', { ...cold, email: 'jane@acme.com' }, 'mailboxId=jane@acme.com'],
  ['nothing', { ...cold }, undefined],
])('a button about a mailbox names it by %s, and is left out where it could not', (_, mailbox, value) => {
  const check = problemChecks.find(({ id }) => id === 'warmup-missing')
  const found = check?.find(factsWith([mailbox]))
  expect(found?.short).toBe('1 without')
  expect(found?.buttons.map((one) => one.value)).toEqual(value ? [value] : [])
})

test('no button of a problem or of a card holds an id that CMR did not tell', () => {
  for (const mailbox of [{ ...cold }, { ...cold, email: 'jane@acme.com' }]) {
    const facts = factsWith([mailbox])
    const buttons = problemChecks.flatMap((check) => {
      try {
        return check.find(facts)?.buttons ?? []
      } catch {
        // What was not asked is not in these facts.
        return []
      }
    })
    expect(JSON.stringify(buttons)).not.toContain('undefined')
    expect(JSON.stringify(mailboxCard(mailbox))).not.toContain('undefined')
  }
})
