import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createConversation } from '../../src/playground/conversation.ts'
import { createInteractions } from '../../src/playground/interactions.ts'
import { createReplies } from '../../src/playground/replies.ts'
import { type Acknowledgement, escapeCommand } from '../../src/playground/slack.ts'
import { createViews } from '../../src/playground/views.ts'
import type { Workspace } from '../../src/playground/workspace.ts'
import { startWorld } from '../support/world.ts'

/** What the stand-in for Slack owes to the bot's tests: Slack's own rules, so that nothing passes here only. */

const ana = { id: 'U1', name: 'Ana', handle: 'ana', role: '' }
const title = { type: 'plain_text', text: 'Form' }
const input = { type: 'input', block_id: 'name', label: title, element: { type: 'plain_text_input' } }
const form = { type: 'modal', title, submit: title, blocks: [input] }

function stand(answer: Acknowledgement['body'] = {}) {
  const conversation = createConversation()
  conversation.setPeople([ana])
  const workspace = {
    team: { id: 'T1', domain: 'acme' },
    app: { id: 'A1', bot: 'B1', user: 'UB', name: 'CMR' },
    call: async () => ({ ok: true, ts: '1.0' }),
    accounts: new Map(),
  } as unknown as Workspace
  const views = createViews(conversation, { team: 'T1', app: 'A1', bot: 'B1' })
  const replies = createReplies(conversation, workspace)
  const interactions = createInteractions({
    workspace,
    conversation,
    views,
    replies,
    send: async () => ({ ok: true, milliseconds: 1, body: answer }),
    responseUrl: 'http://slack/',
  })
  const open = () => views.call('views.open', { trigger_id: views.trigger(ana.id), view: form }).view
  return { conversation, views, replies, interactions, open: () => open() as { id: string; hash: string } }
}

describe('as Slack does, the stand-in', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }))
  afterEach(() => void vi.useRealTimers())

  test('lets a trigger open one view, for three seconds', () => {
    const { views } = stand()
    const late = views.trigger(ana.id)
    vi.setSystemTime(Date.now() + 3001)
    expect(views.call('views.open', { trigger_id: late, view: form }).error).toBe('expired_trigger_id')
    const once = views.trigger(ana.id)
    expect(views.call('views.open', { trigger_id: once, view: form }).ok).toBe(true)
    expect(views.call('views.open', { trigger_id: once, view: form }).error).toBe('exchanged_trigger_id')
  })

  test('takes five answers to a response_url, within thirty minutes', async () => {
    const { replies } = stand()
    const often = replies.issue(ana.id, 'C1')
    for (let use = 0; use < 5; use++)
      expect(await replies.take(often, { text: 'Hello' })).toMatchObject({ status: 200 })
    expect(await replies.take(often, { text: 'Hello' })).toEqual({ status: 404, text: 'used_url' })
    const late = replies.issue(ana.id, 'C1')
    vi.setSystemTime(Date.now() + 30 * 60_000 + 1)
    expect(await replies.take(late, { text: 'Hello' })).toEqual({ status: 404, text: 'expired_url' })
  })

  test('puts an answer that replaces in the place of the command’s last one', async () => {
    const { conversation, replies } = stand()
    const token = replies.issue(ana.id, 'C1')
    await replies.take(token, { text: 'First', replace_original: true })
    await replies.take(token, { text: 'Second' })
    await replies.take(token, { text: 'Third', replace_original: true })
    expect(conversation.snapshot().messages.map(({ text }) => text)).toEqual(['First', 'Third'])
  })

  test('refuses an update of a view that has changed since', () => {
    const { views, open } = stand()
    const { id, hash } = open()
    expect(views.call('views.update', { view_id: id, hash, view: form }).ok).toBe(true)
    expect(views.call('views.update', { view_id: id, hash, view: form }).error).toBe('hash_conflict')
  })

  test('closes the form that was submitted, not one that was opened meanwhile', async () => {
    const { conversation, views, interactions, open } = stand()
    const submitted = open()
    const done = interactions.submit({ person: ana.id, view: submitted.id, values: {} })
    const { id } = open()
    expect(await done).toMatchObject({ ok: true })
    expect(conversation.snapshot().modals[ana.id]?.map((view) => view.id)).toEqual([id])
    expect(views.find(submitted.id)).toBeUndefined()
  })

  test('has trouble with an error that belongs to no input', async () => {
    const { interactions, open } = stand({ response_action: 'errors', errors: { nowhere: 'Too long' } })
    const place = { person: ana.id, view: open().id, values: {} }
    expect(await interactions.submit(place)).toMatchObject({ ok: false, notice: /trouble connecting/ })
  })

  test('sends what looks like an address or a person in angle brackets', () => {
    const channels = [{ id: 'C1', name: 'ops' }]
    const line = 'domains get acme.com x="a.io b.co" jane@acme.com @ana #ops https://acme.com/a v1.2 a&b'
    expect(escapeCommand(line, [ana], channels)).toBe(
      'domains get <http://acme.com|acme.com> x="<http://a.io|a.io> <http://b.co|b.co>" ' +
        '<mailto:jane@acme.com|jane@acme.com> <@U1|ana> <#C1|ops> <https://acme.com/a> v1.2 a&amp;b',
    )
  })
})

test('an edit keeps the metadata and drops the blocks that are not sent again; history has neither ephemerals nor, unasked, metadata', async () => {
  const world = await startWorld({ withBot: false })
  const bot = async (method: string, body: object) => {
    const answer = await fetch(`${world.env.SLACK_API_URL}${method}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${world.env.SLACK_BOT_TOKEN}`,
      },
      body: JSON.stringify({ channel: world.ops.id, ...body }),
    })
    return answer.json()
  }
  const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: 'In blocks' } }]
  const metadata = { event_type: 'cmr_alert', event_payload: { delivery_id: '1', event_ids: 'a' } }
  const { ts } = await bot('chat.postMessage', { text: 'First', blocks, metadata })
  await bot('chat.postEphemeral', { user: world.ana.id, text: 'For Ana' })
  const reply = await bot('chat.postMessage', { text: 'Also here', thread_ts: ts, reply_broadcast: true })
  await bot('chat.update', { ts, text: 'Second' })

  const [first] = world.messages(world.ops.id)
  expect(first).toMatchObject({ text: 'Second', blocks: [], metadata, edited: true })
  const asked = await bot('conversations.history', { include_all_metadata: true })
  expect(asked.messages.map((one: { text: string }) => one.text)).toEqual(['Also here', 'Second'])
  expect(asked.messages[0]).toMatchObject({ subtype: 'thread_broadcast', ts: reply.ts, thread_ts: ts })
  expect(asked.messages[1].metadata).toEqual(metadata)
  const unasked = await bot('conversations.history', {})
  expect(unasked.messages.some((one: object) => 'metadata' in one)).toBe(false)
})
