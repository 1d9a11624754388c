import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { declaredCommands } from '../../src/command-list.ts'
import { type Field, fieldsOf } from '../../src/commands/field.ts'
import { limitsBroken } from '../support/limits.ts'
import { nasty, unreadable } from '../support/nasty-input.ts'
import { shareWorld } from '../support/world.ts'

/** Printed with every failure; FUZZ_SEED tries another. */
const seed = Number(process.env.FUZZ_SEED ?? 20_261_124)
const runs = { seed, numRuns: Number(process.env.FUZZ_RUNS ?? 4), verbose: 1 }

const commands = [...declaredCommands().nouns.values()].flat()

let world: Awaited<ReturnType<typeof shareWorld>>
/** What would be right in some field or other, so that some of it gets as far as CMR. */
let sensible: Record<string, string>
const wrong: string[] = []
const rejections: unknown[] = []
let shown = 0
const noteRejection = (reason: unknown) => rejections.push(reason)

beforeAll(async () => {
  world = await shareWorld({
    prewarmSandbox: true,
    env: { LOG_LEVEL: process.env.FUZZ_LOG ?? 'silent' },
  })
  const [{ email, userId }] = await world.look('users')
  const [{ domain }] = await world.look('subscriptions')
  const [box] = await world.look('mailboxes')
  const lists = { domains: domain, domainNames: domain, subscriptionIds: domain, mailboxIds: box.email }
  sensible = {
    userId: email ?? userId,
    domain,
    domainName: domain,
    subscriptionId: domain,
    mailboxId: box.email,
    ...lists,
  }
  world.listen((change) => {
    shown++
    wrong.push(...faultsIn(change))
  })
  process.on('unhandledRejection', noteRejection)
})
afterEach(async () => {
  // What was under way when the last input was acknowledged may still be told.
  await sleep(20)
  expect(wrong.splice(0)).toEqual([])
  expect(rejections.splice(0)).toEqual([])
})
afterAll(async () => {
  process.off('unhandledRejection', noteRejection)
  await world.close()
})

function faultsIn(told: unknown): string[] {
  const text = JSON.stringify(told)
  return unreadable.filter((one) => one.test(text)).map((one) => `${one} in ${text.slice(0, 3000)}`)
}

/** Sends something to the bot and waits for what people are shown of it. */
async function survives(form: Parameters<typeof world.send>[0]) {
  const before = shown
  const { ok, notice, body } = await world.send(form)
  expect(ok, notice).toBe(true)
  wrong.push(...faultsIn(body))
  if (body.view) wrong.push(...limitsBroken('view', body.view))
  if (body.options || body.option_groups) wrong.push(...limitsBroken('options', body))
  for (let waits = 0; shown === before && waits < 4 && !body.response_action; waits++) await sleep(2)
  expect(wrong.splice(0)).toEqual([])
}

const from = () => ({
  token: 'x',
  team: { id: world.team, domain: 'acme' },
  user: { id: world.ana.id, username: 'ana', team_id: world.team },
  api_app_id: 'A0CMRPLAY',
  trigger_id: '1.2.3',
})
const interaction = (payload: object) =>
  survives({ payload: JSON.stringify({ ...from(), ...payload }) } as Record<string, string>)

const says = (text: string) =>
  survives({
    command: '/cmr',
    text,
    user_id: world.ana.id,
    user_name: 'ana',
    team_id: world.team,
    channel_id: world.ops.id,
    channel_name: 'ops',
    response_url: '',
    trigger_id: '1.2.3',
  })

const entered = (field: Field) =>
  fc.oneof(
    nasty,
    fc
      .constantFrom(...field.choices, field.example ?? '3', 'true', 'acme.com')
      .map((text) => sensible[field.name] ?? text),
  )

/** One field as Slack tells it, or as Slack never would. */
const elementOf = (field: Field) =>
  fc.oneof(
    entered(field).map((value) => ({ type: 'plain_text_input', value })),
    entered(field).map((value) => ({
      type: 'external_select',
      selected_option: { value, text: { type: 'plain_text', text: value || ' ' } },
    })),
    fc.array(entered(field), { maxLength: 3 }).map((values) => ({
      type: 'multi_external_select',
      selected_options: values.map((value) => ({ value, text: { type: 'plain_text', text: 'x' } })),
    })),
    nasty.map((id) => ({ type: 'file_input', files: [{ id }] })),
    fc.constantFrom<object>(
      {},
      { type: 'number_input', value: null },
      { type: 'number_input', value: -5 },
      { type: 'static_select', selected_option: null },
      { type: 'datepicker', selected_date: '2026-99-99' },
      { type: 'checkboxes', selected_options: [] },
      { type: 'file_input', files: [] },
      { type: 'file_input', files: null },
      { type: 'rich_text_input', rich_text_value: { elements: [] } },
    ),
  )

const metadata = (fields: readonly Field[]) =>
  fc.oneof(
    fc.constant('C'),
    fc.constantFrom(
      '',
      'not json',
      'null',
      '[]',
      '"text"',
      '7',
      '{"channel":7}',
      '{"draft":"gone"}',
      '{"draft":7}',
      '{"input":null}',
      '{"input":[]}',
      '{"step":"nowhere"}',
      '{"step":99}',
    ),
    fc
      .record(Object.fromEntries(fields.map((field) => [field.name, entered(field)])), { requiredKeys: [] })
      .map((input) => JSON.stringify({ input })),
  )

test.each(commands.map((command) => [`${command.noun} ${command.verb}`, command] as const))(
  '%s takes anything',
  async (said, command) => {
    const fields = fieldsOf(command.input)
    const names = [...fields.map(({ name }) => name), 'nonsense', '__proto__', 'page']
    const flag = fc.tuple(fc.constantFrom(...names), nasty).map(([name, value]) => `--${name} "${value}"`)
    const right = fc.tuple(
      ...fields.map((field) =>
        entered(field).map((value) => `--${field.name} "${value.replaceAll('"', '')}"`),
      ),
    )
    const broken = fc.constantFrom(
      '"never closed',
      '“',
      '--',
      '—',
      'a=',
      '="x"',
      '--page',
      '--page 1 --page 2',
      '<',
      '<|>',
    )
    const line = fc.oneof(
      right.map((all) => all.join(' ')),
      fc.array(fc.oneof(flag, nasty, broken), { maxLength: 4 }).map((parts) => parts.join(' ')),
    )
    const typed = fc.asyncProperty(line, (text) => says(`${said} ${text}`))
    await fc.assert(typed, runs)

    const id = `${command.noun}.${command.verb}`
    const state = fc.record(Object.fromEntries(fields.map((field) => [field.name, elementOf(field)])), {
      requiredKeys: [],
    })
    const submitted = fc.asyncProperty(
      state,
      metadata(fields),
      fc.constantFrom('V0GONE', ''),
      (values, carried, view) =>
        interaction({
          type: 'view_submission',
          view: {
            id: `${view}${Math.random()}`,
            type: 'modal',
            callback_id: id,
            hash: 'x',
            team_id: world.team,
            private_metadata: carried === 'C' ? JSON.stringify({ channel: world.ops.id }) : carried,
            state: {
              values: Object.fromEntries(
                Object.entries(values).map(([name, element]) => [name, { [`form.${name}`]: element }]),
              ),
            },
            blocks: [],
          },
        }),
    )
    await fc.assert(submitted, runs)
  },
)

test('any text behind /cmr is answered', async () => {
  const line = fc.array(nasty, { maxLength: 5 }).map((parts) => parts.join(' '))
  await fc.assert(fc.asyncProperty(line, says), { ...runs, numRuns: 60 })
})

test('any click, in a message or in a form that is long gone, is taken', async () => {
  const actionId = fc.oneof(
    fc.constantFrom(...commands.map(({ noun, verb }) => `${noun}.${verb}`)),
    fc
      .tuple(
        fc.constantFrom('users.list:next', 'form.country', 'dns.list:0', 'alerts.acknowledge', 'nobody'),
        nasty,
      )
      .map(([known, more]) => `${known}:${more}`),
    nasty,
  )
  const element = fc.oneof(
    nasty.map((value) => ({ type: 'button', value })),
    nasty.map((value) => ({ type: 'overflow', selected_option: { value } })),
    fc.constantFrom<object>(
      { type: 'button' },
      { type: 'static_select', selected_option: { value: 'x', text: { type: 'plain_text', text: 'x' } } },
      { type: 'external_select' },
    ),
  )
  const clicked = fc.asyncProperty(
    actionId,
    element,
    fc.boolean(),
    nasty,
    (action_id, given, inForm, carried) =>
      interaction({
        type: 'block_actions',
        actions: [
          { ...given, action_id: action_id.slice(0, 255) || 'x', block_id: 'country', action_ts: '1.1' },
        ],
        ...(inForm
          ? {
              container: { type: 'view', view_id: 'V0GONE' },
              view: {
                id: 'V0GONE',
                type: 'modal',
                callback_id: 'users.create',
                private_metadata: carried,
                state: { values: {} },
              },
            }
          : {
              container: { type: 'message', message_ts: '1.1', channel_id: world.ops.id, is_ephemeral: true },
              channel: { id: world.ops.id, name: 'ops' },
            }),
      }),
  )
  await fc.assert(clicked, { ...runs, numRuns: 120 })
})

test('a picker is answered whatever it is asked', async () => {
  const fields = commands.flatMap(({ noun, verb, input }) =>
    fieldsOf(input).flatMap(({ name, picker }) => (picker ? [[`${noun}.${verb}`, name] as const] : [])),
  )
  const asked = fc.asyncProperty(
    fc.oneof(fc.constantFrom(...fields), fc.constantFrom(['nobody.knows', 'x'] as const)),
    nasty,
    nasty,
    ([callback_id, name], value, detail) =>
      interaction({
        type: 'block_suggestion',
        action_id: `form.${name}:${detail}`.slice(0, 255),
        block_id: name,
        value,
        container: { type: 'view', view_id: 'V0GONE' },
        view: { id: 'V0GONE', type: 'modal', callback_id, private_metadata: '', state: { values: {} } },
      }),
  )
  await fc.assert(asked, { ...runs, numRuns: 60 })
})

test('of all that, nothing reached CMR in a shape that CMR refuses', async () => {
  const requests: { endpoint: string; status: number; body: unknown; query: unknown }[] =
    await world.look('requests')
  expect(requests.length).toBeGreaterThan(50)
  expect(requests.filter(({ status }) => status === 422)).toEqual([])
})
