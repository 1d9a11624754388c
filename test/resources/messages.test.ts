import { expect, test } from 'vitest'
import { answerMessage } from '../../src/resources/answers.ts'
import { domainList, domainOrder, renewalPrices } from '../../src/resources/domains/messages.ts'
import { platformList } from '../../src/resources/exports/messages.ts'
import { placeList } from '../../src/resources/geo/commands.ts'
import { adminLogin, mailboxList, mailboxOrder } from '../../src/resources/mailboxes/messages.ts'
import { orderedPage, placeOfPage } from '../../src/resources/sorting.ts'
import { userList } from '../../src/resources/users/messages.ts'
import { cut, type Message, sections } from '../../src/slack/blocks.ts'
import { menu } from '../../src/slack/list.ts'
import { limitsBroken } from '../support/limits.ts'

test('a sum of renewals says how many prices it does not hold', () => {
  const rows = [{ domainName: 'a.com', renewalPrice: '14.50' }, { domainName: 'b.com' }]
  expect(renewalPrices({ userId: 'U', years: 1 }, rows).text).toBe(
    'Renewal of 2 domains: $14.50 a year, and 1 without a price from CMR',
  )
})

test('a list longer than a message says which page it is, and counts them all', () => {
  const mailboxes = Array.from({ length: 150 }, (_, at) => ({ email: `m${at}@acme.com`, status: 'ACTIVE' }))
  const shown = orderedPage(mailboxes, { limit: 99 }, mailboxOrder)
  const long = mailboxList(shown, {
    id: 'mailboxes.list',
    of: 'Acme',
    place: placeOfPage(shown, { limit: 99 }),
    turn: (page) => `page=${page}`,
  })
  expect(long.text).toBe('Acme: 150 mailboxes, 150 ACTIVE, 0 warming up, page 1 of 2')
  expect(JSON.stringify(long)).toContain('"action_id":"mailboxes.list:next","value":"page=2"')
  const domains = mailboxes.map((_, at) => ({ domainName: `d${at}.com`, renewalPrice: '1.00' }))
  const page = orderedPage(domains, { page: 2 }, domainOrder)
  const list = domainList({ userId: 'U', name: 'Acme' }, page, new Date())
  expect(list.text).toBe('Acme: 150 domains, page 2 of 8')
  // As people count, not as computers sort.
  expect(JSON.stringify(list)).toMatch(/d20\.com.*d39\.com/)
  expect(renewalPrices({ userId: 'U', years: 1 }, domains).text).toBe(
    'Renewal of 150 domains: $150.00 a year',
  )
  expect(JSON.stringify(renewalPrices({ userId: 'U', years: 1 }, domains))).toContain('The first 40 of 150')
  for (const message of [long, list, renewalPrices({ userId: 'U', years: 1 }, domains)])
    expect(limitsBroken('message', message)).toEqual([])
})

test('a password is shown to the letter, whatever is in it', () => {
  const message = adminLogin('jane@acme.com', { adminEmail: 'admin@acme.com', password: 'a`b<&>*c' })
  expect(JSON.stringify(message)).toContain('"text":"a`b<&>*c","style":{"code":true}')
  expect(JSON.stringify(message)).toContain('Admin email: ')
  expect(limitsBroken('message', message)).toEqual([])
})

test('notifications are escaped as the message is', () => {
  expect(placeList('States of <!channel>', []).text).toBe('States of &lt;!channel&gt;: none')
  expect(answerMessage('<!here>', null).text).toBe('&lt;!here&gt;')
})

test('nothing is cut in the middle of a character', () => {
  expect(cut('ab&amp;cd', 6)).toBe('ab…')
  expect(cut('ab😀cd', 4)).toBe('ab…')
  expect(cut('ab&amp;cd', 8)).toBe('ab&amp;…')
})

test('lines become as few paragraphs as Slack lets them, and none is lost', () => {
  const lines = Array.from({ length: 50 }, (_, at) => `${at}`.padEnd(200, '.'))
  const paragraphs = sections(lines)
  expect(paragraphs).toHaveLength(4)
  expect(paragraphs.flatMap(({ text }) => text?.text.split('\n'))).toEqual(lines)
})

test('what is too long for a menu is left out of it, never cut', () => {
  const long = `domains.get domain=${'x'.repeat(200)}`
  expect(
    menu('m', { Open: long, DNS: 'dns.list a.com', Renew: 'domains.renew a.com' })?.options,
  ).toHaveLength(2)
  expect(menu('m', { Open: long, DNS: 'dns.list a.com' })).toBeUndefined()
})

test('a row that CMR leaves without its name shows what is known, and offers nothing', () => {
  const now = new Date('2026-11-30T00:00:00Z')
  const place = { page: 1, more: false }
  const turn = () => ''
  const box = { email: undefined, status: 'ACTIVE' }
  const login = { platform: 'SMARTLEAD', email: 'ops@acme.com', credentialId: '', metadata: {} } as const
  const lists: [Message, string][] = [
    [
      domainList({ userId: 'U', name: 'Acme' }, { rows: [{ status: 'GRACE_PERIOD', domainId: 'D1' }] }, now),
      'D1',
    ],
    [mailboxList({ rows: [box] }, { id: 'mailboxes.list', of: 'Acme', place, turn }), 'A mailbox'],
    [userList({ rows: [{ company: 'Acme' }] }, { page: 1 }, 20), 'Acme'],
    [platformList({ userId: 'U', name: 'Acme' }, [login]), 'ops@acme.com'],
  ]
  for (const [message, known] of lists) {
    const rows = message.blocks.filter(({ type }) => type === 'section')
    expect(JSON.stringify(rows)).toMatch(new RegExp(`${known}.*does not say which one this is`, 's'))
    expect(rows.filter((row) => 'accessory' in row && row.accessory)).toEqual([])
    expect(limitsBroken('message', message)).toEqual([])
  }
  const prices = renewalPrices({ userId: 'U', years: 1 }, [
    { domainName: 'a.com', renewalPrice: '14.50' },
    { renewalPrice: '9.00' },
  ])
  expect(prices.text).toBe('Renewal of 1 domain: $14.50 a year')
  expect(JSON.stringify(prices)).toContain('CMR also sent 1 row that the bot could not read')
})
