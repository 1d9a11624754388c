import type { ModalView } from '@slack/types'
import { expect, test } from 'vitest'
import { REMOVED, rememberSecret } from '../../src/process/seen-secrets.ts'
import {
  confidentialBlock,
  isConfidential,
  scrubForEverybody,
  scrubForOneReader,
} from '../../src/slack/scrub.ts'

const canary = 'Canary-9Q-scrub-7x!'
rememberSecret(canary)

const text = { type: 'plain_text' as const, text: `It is ${canary}` }
const option = { text, value: canary }
const view: ModalView = {
  type: 'modal',
  callback_id: canary,
  private_metadata: JSON.stringify({ hidden: canary }),
  title: text,
  submit: text,
  close: text,
  blocks: [
    { type: 'section', block_id: canary, text: { type: 'mrkdwn', text: canary }, fields: [text] },
    { type: 'context', elements: [text] },
    { type: 'actions', elements: [{ type: 'button', action_id: canary, value: canary, text }] },
    {
      type: 'input',
      block_id: 'a',
      label: text,
      hint: text,
      element: { type: 'plain_text_input', action_id: canary, placeholder: text, initial_value: canary },
    },
    {
      type: 'input',
      block_id: 'b',
      label: text,
      element: { type: 'static_select', action_id: 'b', options: [option], initial_option: option },
    },
  ],
}

test('what people read in a form is scrubbed, and what comes back to the bot stays as it was', () => {
  const sent = JSON.parse(JSON.stringify(scrubForOneReader(view)), (name, value) =>
    ['value', 'initial_value', 'private_metadata', 'callback_id', 'block_id', 'action_id'].includes(name)
      ? undefined
      : value,
  )
  expect(JSON.stringify(sent)).not.toContain(canary)
  expect(JSON.stringify(sent).split(REMOVED).length - 1).toBe(13)
  const { private_metadata, callback_id, blocks } = scrubForOneReader(view)
  expect({ private_metadata, callback_id }).toEqual({
    private_metadata: view.private_metadata,
    callback_id: canary,
  })
  expect(blocks).toMatchObject([
    { block_id: canary },
    {},
    { elements: [{ action_id: canary, value: canary }] },
    { element: { action_id: canary, initial_value: canary } },
    { element: { options: [{ value: canary }], initial_option: { value: canary } } },
  ])
})

test('errors at fields and options for a picker are scrubbed', () => {
  expect(scrubForOneReader({ response_action: 'errors', errors: { [canary]: `No ${canary}` } })).toEqual({
    response_action: 'errors',
    errors: { [canary]: `No ${REMOVED}` },
  })
  expect(scrubForOneReader({ options: [option] })).toMatchObject({
    options: [{ text: { text: `It is ${REMOVED}` }, value: canary }],
  })
})

test('a login is shown to who asked for it, and to nobody else', () => {
  const login = confidentialBlock({ type: 'section', text: { type: 'mrkdwn', text: canary } })
  const message = { text: canary, blocks: [login] }
  expect(isConfidential(message)).toBe(true)
  expect(scrubForOneReader(message)).toEqual({ text: REMOVED, blocks: [login] })
  expect(JSON.stringify(scrubForEverybody(message))).not.toContain(canary)
  // The mark belongs to the block that was made for it, not to one that reads the same.
  expect(isConfidential({ blocks: [{ ...login }] })).toBe(false)
})
