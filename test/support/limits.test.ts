import { describe, expect, test } from 'vitest'
import { limitsBroken } from './limits.ts'

const words = (length: number) => 'x'.repeat(length)
const plain = (text: string) => ({ type: 'plain_text', text })
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text })
const option = (at: number, text = `Option ${at}`) => ({ text: plain(text), value: String(at) })
const options = (count: number) => Array.from({ length: count }, (_, at) => option(at))
const button = (over: object = {}) => ({ type: 'button', text: plain('Renew'), action_id: 'renew', ...over })
const actions = (...elements: object[]) => ({ type: 'actions', elements })
const section = (over: object = { text: mrkdwn('Hello') }) => ({ type: 'section', ...over })
const input = (element: object, over: object = {}) => ({
  type: 'input',
  label: plain('Domains'),
  element: { action_id: 'form.domains', ...element },
  ...over,
})
const table = (rows: number, columns: number) => ({
  type: 'table',
  rows: Array.from({ length: rows }, () =>
    Array.from({ length: columns }, () => ({ type: 'raw_text', text: 'a' })),
  ),
})
const message = (...blocks: object[]) => ({ text: 'Told', blocks })
const modal = (blocks: object[], over: object = {}) => ({
  type: 'modal',
  title: plain('Renew domains'),
  submit: plain('Renew'),
  blocks,
  ...over,
})

test('a message, a modal, a home and options that Slack takes are let through', () => {
  const many = Array.from({ length: 50 }, () => section())
  expect(limitsBroken('message', message(...many))).toEqual([])
  expect(limitsBroken('message', message(actions(button({ value: words(2000) }))))).toEqual([])
  expect(limitsBroken('message', message(table(100, 20)))).toEqual([])
  const multi = { type: 'multi_external_select', initial_options: options(3), min_query_length: 0 }
  expect(limitsBroken('view', modal([input(multi)], { private_metadata: words(3000) }))).toEqual([])
  expect(limitsBroken('view', { type: 'home', blocks: [...many, ...many] })).toEqual([])
  expect(limitsBroken('options', { options: options(100) })).toEqual([])
})

describe('in a message Slack refuses', () => {
  test.each<[string, object, RegExp]>([
    ['51 blocks', message(...Array.from({ length: 51 }, () => section())), /blocks: Too big/],
    ['blocks without text', { ...message(section()), text: '' }, /blocks without text/],
    ['text of 4,001', { ...message(), text: words(4001) }, /text: Too big/],
    ['a section of 3,001', message(section({ text: mrkdwn(words(3001)) })), /text\.text: Too big/],
    ['an empty section', message(section({ text: mrkdwn('') })), /text\.text: Too small/],
    ['a section of nothing', message(section({})), /neither text nor fields/],
    ['eleven fields', message(section({ fields: Array(11).fill(mrkdwn('a')) })), /fields: Too big/],
    ['a field of 2,001', message(section({ fields: [mrkdwn(words(2001))] })), /fields\.0\.text: Too big/],
    ['a header of 151', message({ type: 'header', text: plain(words(151)) }), /text\.text: Too big/],
    ['a header in mrkdwn', message({ type: 'header', text: mrkdwn('Hi') }), /text\.type/],
    ['eleven of grey print', message({ type: 'context', elements: Array(11).fill(mrkdwn('a')) }), /Too big/],
    ['empty grey print', message({ type: 'context', elements: [mrkdwn('')] }), /elements\.0/],
    [
      '26 buttons',
      message(actions(...options(26).map((_, at) => button({ action_id: `a${at}` })))),
      /Too big/,
    ],
    ['one action_id twice', message(actions(button(), button())), /an action_id comes twice/],
    [
      'one block_id twice',
      message(section({ text: mrkdwn('a'), block_id: 'a' }), section({ text: mrkdwn('a'), block_id: 'a' })),
      /a block_id comes twice/,
    ],
    ['a label of 76', message(actions(button({ text: plain(words(76)) }))), /text\.text: Too big/],
    ['a value of 2,001', message(actions(button({ value: words(2001) }))), /value: Too big/],
    ['a url of 3,001', message(actions(button({ url: words(3001) }))), /url: Too big/],
    ['an action_id of 256', message(actions(button({ action_id: words(256) }))), /action_id: Too big/],
    ['a field it does not know', message(actions(button({ colour: 'red' }))), /Unrecognized key: "colour"/],
    [
      'a confirmation that is too long',
      message(
        actions(
          button({
            confirm: {
              title: plain(words(101)),
              text: mrkdwn(words(301)),
              confirm: plain(words(31)),
              deny: plain('No'),
            },
          }),
        ),
      ),
      /confirm\.title/,
    ],
    [
      'an overflow of one',
      message(actions({ type: 'overflow', action_id: 'a', options: options(1) })),
      /options: Too small/,
    ],
    [
      'an overflow of six',
      message(actions({ type: 'overflow', action_id: 'a', options: options(6) })),
      /options: Too big/,
    ],
    ['101 rows', message(table(101, 2)), /rows: Too big/],
    ['21 columns', message(table(2, 21)), /rows\.0: Too big/],
    ['two tables', message(table(2, 2), table(2, 2)), /two tables/],
    ['an input', message(input({ type: 'plain_text_input' })), /an input in a message/],
    ['a block of no kind', message({ type: 'banner' }), /blocks\.0\.type/],
    [
      'metadata of 6,000',
      {
        ...message(section()),
        metadata: { event_type: 'cmr_alert', event_payload: { event_ids: words(6000) } },
      },
      /metadata of 6,000/,
    ],
    [
      'a list of strings in metadata',
      { ...message(section()), metadata: { event_type: 'cmr_alert', event_payload: { event_ids: ['a'] } } },
      /event_payload\.event_ids/,
    ],
  ])('%s', (_, content, fault) => {
    expect(limitsBroken('message', content).join('\n')).toMatch(fault)
  })
})

describe('in a view Slack refuses', () => {
  const choice = (over: object) => input({ type: 'static_select', ...over })
  test.each<[string, object, RegExp]>([
    ['a title of 25', modal([section()], { title: plain(words(25)) }), /title\.text: Too big/],
    ['a submit of 25', modal([section()], { submit: plain(words(25)) }), /submit\.text: Too big/],
    ['a close of 25', modal([section()], { close: plain(words(25)) }), /close\.text: Too big/],
    ['private_metadata of 3,001', modal([section()], { private_metadata: words(3001) }), /private_metadata/],
    ['a callback_id of 256', modal([section()], { callback_id: words(256) }), /callback_id: Too big/],
    ['101 blocks', modal(Array.from({ length: 101 }, () => section())), /blocks: Too big/],
    [
      'inputs that nothing submits',
      modal([input({ type: 'plain_text_input' })], { submit: null }),
      /nothing submits/,
    ],
    ['101 options', modal([choice({ options: options(101) })]), /options: Too big/],
    ['no options', modal([choice({ options: [] })]), /options: Too small/],
    ['an option of 76', modal([choice({ options: [option(1, words(76))] })]), /text\.text: Too big/],
    [
      'a value of 151',
      modal([choice({ options: [{ text: plain('a'), value: words(151) }] })]),
      /value: Too big/,
    ],
    [
      'a choice that is not offered',
      modal([choice({ options: options(2), initial_option: option(3) })]),
      /not among/,
    ],
    [
      '101 groups',
      modal([choice({ option_groups: Array(101).fill({ label: plain('a'), options: options(1) }) })]),
      /option_groups: Too big/,
    ],
    [
      '101 chosen at first',
      modal([input({ type: 'multi_external_select', initial_options: options(101) })]),
      /initial_options: Too big/,
    ],
    [
      'eleven radio buttons',
      modal([input({ type: 'radio_buttons', options: options(11) })]),
      /options: Too big/,
    ],
    ['eleven checkboxes', modal([input({ type: 'checkboxes', options: options(11) })]), /options: Too big/],
    [
      '3,001 characters typed',
      modal([input({ type: 'plain_text_input', initial_value: words(3001) })]),
      /initial_value: Too big/,
    ],
    [
      'a placeholder of 151',
      modal([input({ type: 'plain_text_input', placeholder: plain(words(151)) })]),
      /placeholder/,
    ],
    ['eleven files', modal([input({ type: 'file_input', max_files: 11 })]), /max_files: Too big/],
    ['a day that is none', modal([input({ type: 'datepicker', initial_date: 'tomorrow' })]), /initial_date/],
    [
      'a home of 101 blocks',
      { type: 'home', blocks: Array.from({ length: 101 }, () => section()) },
      /blocks: Too big/,
    ],
  ])('%s', (_, content, fault) => {
    expect(limitsBroken('view', content).join('\n')).toMatch(fault)
  })
})

test('more than a hundred answers to a picker are refused', () => {
  expect(limitsBroken('options', { options: options(101) }).join()).toMatch(/Too big/)
})
