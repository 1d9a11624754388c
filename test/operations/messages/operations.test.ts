import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CmrError } from '../../../src/cmr/errors.ts'
import { failureMessage } from '../../../src/commands/failure.ts'
import { operationStory } from '../../../src/operations/messages/operation-story.ts'
import { type OperationView, receiptMessage } from '../../../src/operations/messages/operations.ts'
import { orderReceipt } from '../../../src/resources/orders/messages.ts'
import { cancelReceipt, renewalReceipt } from '../../../src/resources/receipts.ts'
import { type Message, section } from '../../../src/slack/blocks.ts'
import { limitsBroken } from '../../support/limits.ts'

/** What a person reads from top to bottom, buttons in brackets. */
function read({ blocks }: Message): string[] {
  return blocks.flatMap((block) => {
    if (block.type === 'section') return block.text?.text.split('\n') ?? []
    if (block.type === 'context') return block.elements.map((one) => ('text' in one ? `(${one.text})` : ''))
    if (block.type === 'header') return [`# ${block.text.text}`]
    if (block.type !== 'actions') return []
    return [block.elements.map((one) => ('text' in one ? `[${one.text?.text}]` : '')).join(' ')]
  })
}

const asked: OperationView = {
  id: '1a2b3c4d-0000',
  what: 'orders create',
  label: 'acme.com and 4 more',
  actor: 'U1',
  state: 'accepted',
  outcome: null,
  reportedBy: null,
  cents: 7250,
  customer: 'Acme & Sons',
  createdAt: '2026-11-24T08:00:00Z',
  endedAt: null,
  nextLookAt: null,
  deadlineAt: '2026-11-24T12:00:00Z',
  flagged: false,
  actionId: 'A1',
  orderId: 'O1',
  progress: [],
  waiting: [],
  failures: [],
  separate: [],
  toProcess: undefined,
  processed: false,
}
const head: Message = {
  text: ':white_check_mark: *5 domains ordered* for Acme',
  blocks: [section(':white_check_mark: *5 domains ordered* for Acme')],
}
const domains = (done: number, failed = 0) => ({ label: 'domains', done, failed, total: 5 })
const noon = '<!date^1795521600^{date_short_pretty} {time}|Nov 24, 2026, 12:00 UTC>'
const small = [
  '(started by <@U1>)',
  '(for *Acme &amp; Sons*)',
  '(at most $72.50)',
  '(<!date^1795507200^{date_short_pretty} {time}|Nov 24, 2026, 08:00 UTC>)',
  '(Operation `1a2b3c4d`)',
]
const silence = 'CMR did not answer in time.'

const states: [state: string, Partial<OperationView>, Message | undefined, string[]][] = [
  [
    'sent',
    { progress: [domains(0)] },
    head,
    [
      ':white_check_mark: *5 domains ordered* for Acme',
      ':hourglass_flowing_sand: *Under way*',
      '`░░░░░░░░░░` domains 0/5',
      `This message shows the progress. If it is not finished by ${noon}, it is flagged.`,
      ...small,
      '[Show history] [Check now]',
    ],
  ],
  [
    'three of five',
    { progress: [domains(3)] },
    head,
    [
      ':white_check_mark: *5 domains ordered* for Acme',
      ':hourglass_flowing_sand: *Under way*',
      '`▓▓▓▓▓▓░░░░` domains 3/5',
      `This message shows the progress. If it is not finished by ${noon}, it is flagged.`,
      ...small,
      '[Show history] [Check now]',
    ],
  ],
  [
    'overdue',
    { progress: [domains(3)], flagged: true },
    head,
    [
      ':white_check_mark: *5 domains ordered* for Acme',
      ':alarm_clock: *Overdue*: CMR should have finished by now',
      '`▓▓▓▓▓▓░░░░` domains 3/5',
      '*To do:* press *Check now*; if nothing changes, report it to CMR with the ids below. In its history you can record the outcome.',
      ...small,
      '[Show history] [Check now] [Report to CMR]',
    ],
  ],
  [
    'done',
    { state: 'ended', progress: [domains(5)] },
    head,
    [
      ':white_check_mark: *5 domains ordered* for Acme',
      ':white_check_mark: *Done*',
      '`▓▓▓▓▓▓▓▓▓▓` domains 5/5',
      ...small,
      '[Show history]',
    ],
  ],
  [
    'some failed',
    {
      state: 'ended',
      progress: [domains(4, 1)],
      failures: [{ name: 'acme.io', detail: 'The registry <refused> it.' }],
    },
    head,
    [
      ':white_check_mark: *5 domains ordered* for Acme',
      ':warning: *Finished, but not everything succeeded*',
      '`▓▓▓▓▓▓▓▓░░` domains 4/5, 1 failed',
      ':x: acme.io: The registry &lt;refused&gt; it.',
      ...small,
      '[Show history] [Report to CMR]',
    ],
  ],
  [
    'all failed',
    {
      state: 'failed',
      progress: [{ ...domains(0, 1), total: 1 }],
      failures: [{ name: 'acme.com', detail: null }],
    },
    head,
    [
      ':white_check_mark: *5 domains ordered* for Acme',
      ':x: *Finished: nothing succeeded*',
      '`░░░░░░░░░░` domains 0/1, 1 failed',
      ':x: acme.com',
      ...small,
      '[Show history] [Report to CMR]',
    ],
  ],
  [
    'unknown',
    { state: 'unknown', outcome: silence },
    undefined,
    [
      '*orders create* for acme.com and 4 more',
      ':grey_question: *Unknown, checking* whether it happened',
      silence,
      `The bot checks CMR and waits for webhooks; if it finds nothing by ${noon}, it asks you. It is never sent again automatically: do not send it again either.`,
      ...small,
      '[Show history] [Check now] [Report to CMR]',
    ],
  ],
  [
    'found',
    { state: 'accepted', progress: [domains(1)] },
    undefined,
    [
      '*orders create* for acme.com and 4 more',
      ':hourglass_flowing_sand: *Under way*',
      '`▓▓░░░░░░░░` domains 1/5',
      `This message shows the progress. If it is not finished by ${noon}, it is flagged.`,
      ...small,
      '[Show history] [Check now]',
    ],
  ],
  [
    'asked about',
    { state: 'unknown', outcome: silence, flagged: true },
    undefined,
    [
      '*orders create* for acme.com and 4 more',
      ':raised_hand: *Unknown whether it happened: somebody has to check*',
      silence,
      '*To do:* check in the CMR dashboard, then press what you found. It is never sent again automatically: do not send it again either.',
      ...small,
      '[Show history] [Check now] [It happened] [It did not happen] [Keep checking] [Report to CMR]',
    ],
  ],
  [
    'ended by a person',
    { state: 'failed', outcome: 'Somebody checked and recorded that.', flagged: true },
    undefined,
    [
      '*orders create* for acme.com and 4 more',
      ':x: *It did not happen.* Somebody checked and recorded that.',
      ...small,
      '[Show history] [Report to CMR]',
    ],
  ],
  [
    'left to be processed',
    { state: 'ended', toProcess: 'userId=U orderId=O1' },
    head,
    [
      ':white_check_mark: *5 domains ordered* for Acme',
      ':pause_button: *Waits to be processed*',
      'Nothing is charged until it is processed.',
      ...small,
      '[Process order] [Drop] [Show history]',
    ],
  ],
  [
    'dropped',
    { state: 'ended', dropped: true },
    head,
    [
      ':white_check_mark: *5 domains ordered* for Acme',
      ':wastebasket: *Dropped*: off the bot’s lists, nothing was charged',
      'CMR documents no way to cancel an order, so it is still there: `/cmr orders process O1` takes it up again.',
      ...small,
      '[Show history]',
    ],
  ],
  ['over at once', { state: 'ended' }, head, [':white_check_mark: *5 domains ordered* for Acme', ...small]],
]

test.each(states)('a receipt that is %s', (_, change, said, lines) => {
  const message = receiptMessage({ ...asked, ...change }, said)
  expect(read(message)).toEqual(lines)
  expect(limitsBroken('message', message)).toEqual([])
})

test('where nobody knows, the notification says so first, and of what', () => {
  const unknown = { ...asked, state: 'unknown' as const, outcome: silence }
  expect(receiptMessage(unknown, head).text).toBe(
    ':grey_question: *Unknown, checking* whether it happened *orders create* for acme.com and 4 more',
  )
})

test('a story names the people who took its steps, and pings nobody whom CMR names', () => {
  const steps = [
    { at: asked.createdAt, step: 'CMR tells that <@U9> <!channel> did it.' },
    { at: asked.createdAt, step: '<@U2> recorded that it happened.' },
  ]
  const story = JSON.stringify(operationStory(asked, steps, { isAdmin: true }))
  expect(story).toContain('UTC>  <@U2> recorded that it happened.')
  expect(story).toContain('&lt;@U9&gt; &lt;!channel&gt; did it')
})

const answer = { message: 'Accepted', actionId: 'A1' }
test('a page of HTML as CMR’s answer leaves room for what it means and what to do', () => {
  const error = new CmrError(`CMR has a problem of its own (502): ${'<p>'.repeat(3000)}.`, {
    kind: 'unavailable',
    endpoint: 'users.get',
    mayHaveBeenAccepted: false,
  })
  const message = failureMessage(error, { what: 'users get', failure: 1, isAdmin: true })
  expect(message.text).toMatch(/^:warning: \*users get\*: CMR has a problem of its own \(502\): &lt;p&gt;/)
  expect(read(message)).toContain(
    'Nothing was done, because CMR cannot be reached or has a problem. Try again in a minute. `/cmr status` shows when CMR is back.',
  )
  expect(limitsBroken('message', message)).toEqual([])
  const unknown = { ...asked, state: 'unknown' as const, outcome: error.message, flagged: true }
  expect(read(receiptMessage(unknown, undefined)).join()).toContain('press what you found')
})

test('whatever CMR or a person calls a thing, a receipt pings nobody and fits', () => {
  const ping = /<(?!!date\^\d|@U1>)/
  fc.assert(
    fc.property(fc.string({ maxLength: 400, unit: 'grapheme' }), (given) => {
      const name = `${given}<!channel>&`
      const messages = [
        renewalReceipt([name, name], 'subscriptions', 'for a month', { message: name }),
        cancelReceipt(name, name, answer),
        receiptMessage({ ...asked, state: 'unknown', label: name, outcome: name }, undefined),
        orderReceipt({
          customer: name,
          domains: [name],
          byDomain: {},
          orderId: name,
          confirmed: true,
          unavailable: [name],
        }),
      ]
      for (const message of messages) {
        expect(JSON.stringify(message)).not.toMatch(ping)
        expect(limitsBroken('message', message)).toEqual([])
        expect(JSON.stringify(message)).not.toMatch(/\\ud[89ab]../)
      }
    }),
  )
})
