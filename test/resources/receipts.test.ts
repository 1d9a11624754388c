import { describe, expect, test } from 'vitest'
import { disconnectedReceipt, loginUpdatedReceipt } from '../../src/resources/exports/messages.ts'
import { reexportReceipt } from '../../src/resources/mailboxes/messages.ts'
import { removalReceipt } from '../../src/resources/mailboxes/remove.ts'
import {
  autoRenewIn,
  cancelReceipt,
  clientIdReceipt,
  domainAutoRenewReceipt,
  domainsRemovedReceipt,
  forwardReceipt,
  mailForwardReceipt,
  prewarmReceipt,
  processReceipt,
  recreationReceipt,
  renewalReceipt,
  reportReceipt,
} from '../../src/resources/receipts.ts'
import type { Message } from '../../src/slack/blocks.ts'

const userId = 'U-1'
const names = (count: number) => Array.from({ length: count }, (_, at) => `domain-${at + 1}.com`)

/** What a person reads, block by block. */
function read({ blocks }: Message): string[] {
  return blocks.flatMap((block) => {
    if (block.type === 'section') return block.text?.text ?? []
    if (block.type === 'context') return block.elements.map((one) => ('text' in one ? String(one.text) : ''))
    if (block.type !== 'actions') return []
    return block.elements.map((one) => ('text' in one ? `[${one.text?.text}]` : ''))
  })
}

/** What the buttons would do. */
const presses = ({ blocks }: Message) =>
  blocks.flatMap((block) =>
    block.type === 'actions'
      ? block.elements.map((one) => ('value' in one ? `${one.action_id} ${one.value}` : ''))
      : [],
  )

test('one thing is named, several are counted and spelled out, and very many are not all', () => {
  const answer = { message: '' }
  expect(read(renewalReceipt(['acme.com'], 'domains', 'for a year', answer))).toEqual([
    ':outbox_tray: Renewing *acme.com* for a year',
  ])
  expect(read(renewalReceipt(names(2), 'domains', 'for a year', answer))).toEqual([
    ':outbox_tray: Renewing *2 domains* for a year\ndomain-1.com, domain-2.com',
  ])
  const [many] = read(renewalReceipt(names(32), 'domains', 'for a year', answer))
  expect(many).toMatch(/^:outbox_tray: Renewing \*32 domains\* .*domain-30\.com and 2 more$/s)
  expect(many).not.toContain('domain-31.com')
})

test('what CMR answered is said, without the ids that only admins read', () => {
  const answer = { message: 'Queued.', actionId: 'ACT_1' }
  expect(read(renewalReceipt(['S-1'], 'subscriptions', 'for a month', answer))).toEqual([
    ':outbox_tray: Renewing *S-1* for a month\nCMR: Queued.',
  ])
  expect(read(cancelReceipt('acme.com', 3, answer))).toEqual([
    ':wastebasket: Cancelling the subscription on *acme.com*\nThe workspace goes with its 3 mailboxes, for good.\nCMR: Queued.',
  ])
  const [one] = read(cancelReceipt('acme.com', 1, { message: '' }))
  expect(one).toMatch(/goes with its 1 mailbox, for good\.$/)
  const [unknown] = read(cancelReceipt('acme.com', undefined, { message: '' }))
  expect(unknown).toMatch(/The workspace goes, for good\.$/)
})

describe('auto-renew of domains', () => {
  const of = { userId, domains: ['acme.com', 'Beta.com'] }
  const told = of.domains.map((domainName) => ({ domainName }))

  test('switched off, it says what that means, and the button switches it back on', () => {
    const message = domainAutoRenewReceipt(of, false, told)
    expect(read(message)).toEqual([
      ':white_check_mark: Auto-renew is *off* for *2 domains*\nacme.com, Beta.com\nWhen its year ends it expires, unless somebody renews it before. Its mailboxes are still billed, because they have their own auto-renew.',
      '[Turn auto-renew on]',
      '[All domains]',
    ])
    expect(presses(message)[0]).toBe(
      'domains.auto-renew userId="U-1" domains="acme.com Beta.com" autoRenew="yes"',
    )
  })

  test('what CMR does not tell of is not said to be switched', () => {
    const message = domainAutoRenewReceipt(of, true, [{ domainName: 'ACME.com' }])
    expect(read(message)[0]).toMatch(
      /^:white_check_mark: Auto-renew is \*on\* for \*acme\.com\*\n:warning: CMR says nothing about Beta\.com\./,
    )
    expect(presses(message)[0]).toMatch(/acme\.com/)
    expect(presses(message)[0]).not.toMatch(/Beta\.com/)
  })

  test('what CMR says to be otherwise is not said to be switched', () => {
    const rows = [
      { domainName: 'acme.com', autoRenew: false },
      { domainName: 'beta.com', autoRenew: true },
    ]
    expect(read(domainAutoRenewReceipt(of, true, rows))[0]).toMatch(
      /^:white_check_mark: Auto-renew is \*on\* for \*Beta\.com\*\n:warning: CMR says that it is still \*off\* for acme\.com\./,
    )
    expect(autoRenewIn(rows, of.domains, true).switched).toEqual(['Beta.com'])
    expect(read(domainAutoRenewReceipt({ userId, domains: ['acme.com'] }, true, rows))[0]).toMatch(
      /^:grey_question: CMR does not confirm that auto-renew is \*on\* for \*acme\.com\*\n:warning: CMR says that it is still \*off\*/,
    )
  })

  test('what is still on is not said to end', () => {
    const rows = [
      { domainName: 'acme.com', autoRenew: true },
      { domainName: 'beta.com', autoRenew: false },
    ]
    const held = rows.map(({ domainName: name }) => ({
      name,
      expiresAt: '2027-01-01T00:00:00.000Z',
      autoRenew: true,
    }))
    const [text] = read(domainAutoRenewReceipt(of, false, rows, held))
    expect(text).toMatch(/Auto-renew is off: \*beta\.com\* ends on \*/)
    expect(text).not.toMatch(/Auto-renew is off:.*acme\.com/)
  })

  test('an empty list of CMR’s confirms nothing', () => {
    expect(read(domainAutoRenewReceipt(of, true, []))[0]).toMatch(
      /^:grey_question: CMR does not confirm that auto-renew is \*on\* for \*2 domains\*/,
    )
    expect(autoRenewIn([], of.domains, true).switched).toEqual([])
  })

  test('where CMR lists nothing, all that was asked for counts', () => {
    expect(read(domainAutoRenewReceipt(of, true, null))[0]).toMatch(/\*on\* for \*2 domains\*/)
  })

  test('more names than a button holds leave that button out, and neither the message nor the way on', () => {
    const many = { userId, domains: names(150) }
    const shown = read(domainAutoRenewReceipt(many, true, null))
    expect(shown).toHaveLength(2)
    expect(shown[0]).toContain('150 domains')
    expect(shown[1]).toBe('[All domains]')
  })
})

test('where CMR tells of other domains only, nothing is said to be switched', () => {
  const told = [{ domainName: 'other.com' }]
  expect(read(domainAutoRenewReceipt({ userId, domains: ['acme.com'] }, true, told))).toEqual([
    ':grey_question: CMR does not confirm that auto-renew is *on* for *acme.com*\nCheck whether auto-renew was turned on or off.',
    '[All domains]',
  ])
})

test('what CMR has only begun does not read as done', () => {
  const answer = { message: 'Accepted', actionId: 'ACT_1' }
  expect(read(recreationReceipt(['acme.com', 'acme.io'], answer))).toEqual([
    ':outbox_tray: Recreating *2 subscriptions*\nacme.com, acme.io\nThe mailboxes are unavailable for some minutes. The old subscription id stops working.\nCMR: Accepted',
  ])
  expect(read(prewarmReceipt(['warm.com'], { message: '' }, ' in CMR’s sandbox'))).toEqual([
    ':outbox_tray: Ordering *warm.com* in CMR’s sandbox',
  ])
  expect(read(processReceipt('O1', undefined, { message: '' }))).toEqual([
    ':outbox_tray: Processing the order `O1`\nIt is charged to the wallet.',
  ])
  expect(read(processReceipt('O1', 'acme.com, acme.io', { message: '' }))).toEqual([
    ':outbox_tray: Processing the order of *acme.com, acme.io*\nIt is charged to the wallet.\norderId `O1`',
  ])
  expect(read(reportReceipt('<It> failed', { message: '' }))).toEqual([
    ':white_check_mark: Reported to CMR: &lt;It&gt; failed',
  ])
})

test('forwarding says who is sent where, and whether they see it', () => {
  const of = { userId, domains: ['acme.com'], forwardTo: 'https://acme.example' }
  expect(read(forwardReceipt({ ...of, maskForwarding: true }))).toEqual([
    ':outbox_tray: Visitors of *acme.com* go to *https://acme.example*\nMasked: their browsers keep showing the domain.',
  ])
  expect(read(forwardReceipt(of))).toEqual([
    ':outbox_tray: Visitors of *acme.com* go to *https://acme.example*',
  ])
  expect(read(mailForwardReceipt({ domain: 'acme.com', forwardTo: 'ana@acme.example' }))).toEqual([
    ':outbox_tray: Mail to *acme.com* without a mailbox goes to *ana@acme.example*',
  ])
})

test('what is gone for good says so', () => {
  expect(read(domainsRemovedReceipt(['acme.com']))).toEqual([
    ':wastebasket: *acme.com* removed from CMR for good\nThis does not stop billing. For that, turn off auto-renew of the subscription or cancel it.',
    '[Subscriptions]',
  ])
  const outcomes = [
    { label: 'a@acme.com', state: 'taken' as const },
    { label: 'b@acme.com', state: 'failed' as const },
  ]
  expect(read(removalReceipt(outcomes, ['acme.com']))).toEqual([
    ':wastebasket: CMR removes *a@acme.com* for good\nIt goes within minutes, with all mail: the bot looks until it is gone. Its seat stays paid until the renewal and can be filled again until then. Nothing is refunded.',
  ])
  expect(read(removalReceipt([{ label: 'a@acme.com', state: 'done' }], ['acme.com']))[0]).toContain(
    'The whole workspace of *acme.com* goes with its last mailbox.',
  )
})

test('a mailbox that is exported again names whose app it goes to, where that is known', () => {
  expect(read(reexportReceipt('jane@acme.com', 'MICROSOFT'))).toEqual([
    ':outbox_tray: Exporting *jane@acme.com* again (Microsoft)',
  ])
  expect(read(reexportReceipt('jane@acme.com', undefined))).toEqual([
    ':outbox_tray: Exporting *jane@acme.com* again',
  ])
})

test('logins are told by platform and address, never by what is secret, and lead on', () => {
  const login = { credentialId: 'C-1', platform: 'SMARTLEAD', email: 'ops@acme.com', metadata: {} } as const
  const of = { userId, name: 'Acme' }
  const saved = loginUpdatedReceipt(of, login, ['Password'])
  expect(read(saved)).toEqual([
    ':white_check_mark: *Smartlead* login ops@acme.com of *Acme* saved\nChanged: Password. The next export uses it; what was exported before stays as it is.',
    '[Export mailboxes]',
    '[All platforms]',
  ])
  expect(read(loginUpdatedReceipt(of, login, []))[0]).toMatch(/Nothing changed\.$/)
  expect(presses(saved)[0]).toBe(`exports.send userId=${userId} credentialId=C-1`)
  const gone = disconnectedReceipt(of, login)
  expect(read(gone)).toEqual([
    ':wastebasket: *Smartlead* login ops@acme.com of *Acme* disconnected\nWhat was exported stays there. Nothing more can be exported until somebody connects it again.',
    '[Connect again]',
    '[All platforms]',
  ])
  expect(presses(gone)[0]).toBe(`exports.connect userId=${userId} app=SMARTLEAD`)
})

test('what outsiders wrote pings nobody and formats nothing', () => {
  const evil = '<!channel> & co'
  const shown = [
    renewalReceipt([evil, evil], 'domains', 'for a year', { message: evil }),
    domainAutoRenewReceipt({ userId, domains: [evil, 'b.com'] }, true, [{ domainName: 'b.com' }]),
    forwardReceipt({ userId, domains: [evil], forwardTo: evil }),
    mailForwardReceipt({ domain: evil, forwardTo: evil }),
    clientIdReceipt({ userId, domains: [evil], clientId: evil, appName: evil }),
    domainsRemovedReceipt([evil]),
    cancelReceipt(evil, 2, { message: evil }),
    removalReceipt([{ label: evil, state: 'done' }], [evil]),
    reexportReceipt(evil, undefined),
    loginUpdatedReceipt(
      { userId, name: evil },
      { credentialId: 'C-1', platform: 'INSTANTLY', email: evil, metadata: {} },
      [evil],
    ),
  ]
  for (const message of shown) {
    expect(read(message).join()).toContain('&lt;!channel&gt; &amp; co')
    expect(read(message).join()).not.toContain('<!channel>')
    expect(message.text).not.toContain('<!channel>')
  }
})
