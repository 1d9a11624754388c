import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { check } from '../../../src/commands/check.ts'
import { type Command, idOf } from '../../../src/commands/command.ts'
import { formView } from '../../../src/commands/forms/form.ts'
import { spokenOf } from '../../../src/commands/grammar.ts'
import { parseBody, readBody } from '../../../src/playground/proxy.ts'
import type { View } from '../../../src/playground/types.ts'
import { stateOf } from '../../support/form-state.ts'
import { type Cleanup, listening } from '../../support/servers.ts'
import type { World } from '../../support/world.ts'

/** Somebody who tries to run a command with some values. */
export interface Attempt {
  readonly person: string
  readonly command: Command
  readonly values: Readonly<Record<string, string>>
}

/** A request that asks for a command. @returns all that is shown to whoever tries, as one text */
export type AttemptRequest = (attempt: Attempt) => Promise<string>

/** How long an answer may take on a machine that is busy. */
const PATIENCE_MS = 20_000

/**
 * The doors at which a command can be asked for, each by the signed request that Slack would send. Every attempt has a
 * response_url of its own, so that many can be under way at once. The trigger is one that has expired: where a form would
 * open, the bot says that Slack did not open it, which only somebody reads who may run the command.
 */
export async function createDoors(world: World, cleanups: Cleanup[]) {
  const waiting = new Map<string, (answer: string) => void>()
  const server = createServer(async (request, response) => {
    const body = parseBody(await readBody(request), request.headers['content-type'])
    response.end('ok')
    waiting.get(request.url ?? '')?.(JSON.stringify(body))
  })
  const port = await listening(server, cleanups)
  cleanups.push(
    world.listen((change) => {
      if (change.type === 'message' && change.message.threadTs)
        waiting.get(change.message.threadTs)?.(JSON.stringify(change.message))
    }),
  )

  /** @param key a path of the response_url, or the `ts` of a thread */
  function answerAt(key: string, attempt: Attempt): Promise<string> {
    return new Promise((resolve, reject) => {
      const late = () => reject(new Error(`no answer to ${attempt.person} on ${idOf(attempt.command)}`))
      const timer = setTimeout(late, PATIENCE_MS)
      waiting.set(key, (answer) => {
        clearTimeout(timer)
        waiting.delete(key)
        resolve(answer)
      })
    })
  }

  const teamOf = (person: string) => String(world.accounts.get(person)?.team_id ?? world.team)
  const from = (person: string) => ({
    team: { id: world.team },
    user: { id: person, team_id: teamOf(person) },
    api_app_id: 'A0CMRPLAY',
    token: 't',
    trigger_id: '1.1.expired',
  })

  /** Sends what leads to one answer, in the acknowledgement or later. */
  async function asked(attempt: Attempt, request: (responseUrl: string) => Parameters<typeof world.send>[0]) {
    const path = `/${randomUUID()}`
    const later = answerAt(path, attempt)
    const ack = await world.send(request(`http://127.0.0.1:${port}${path}`))
    if (!ack.ok) throw new Error(ack.notice)
    if (Object.keys(ack.body).length > 0) waiting.get(path)?.(JSON.stringify(ack.body))
    return later
  }

  const payload = (content: object) => ({ payload: JSON.stringify(content) })
  /** A click on a message that only somebody else was shown. */
  const clicked = (attempt: Attempt, action: object) =>
    asked(attempt, (responseUrl) =>
      payload({
        type: 'block_actions',
        ...from(attempt.person),
        container: { type: 'message', message_ts: '1.1', channel_id: world.ops.id, is_ephemeral: true },
        channel: { id: world.ops.id },
        response_url: responseUrl,
        actions: [{ block_id: 'b', action_ts: '1.1', ...action }],
      }),
    )

  /** A view as somebody opened it once. @param state what it carries, as they may have altered it */
  function viewOf({ command, values }: Attempt, state: object) {
    const shown = { ...formView(command, {}, { values }), id: 'V0FORGED' } as unknown as View
    const held = Object.fromEntries(
      Object.entries(values).filter(([name]) => shown.blocks.some(({ block_id }) => block_id === name)),
    )
    return { ...shown, private_metadata: JSON.stringify(state), state: { values: stateOf(shown, held) } }
  }

  async function submitted(attempt: Attempt, state: object): Promise<string> {
    const view = viewOf(attempt, { channel: world.ops.id, ...state })
    const ack = await world.send(payload({ type: 'view_submission', ...from(attempt.person), view }))
    if (!ack.ok) throw new Error(ack.notice)
    return JSON.stringify(ack.body)
  }

  const doors = {
    'slash command': (attempt) =>
      asked(attempt, (responseUrl) => ({
        command: '/cmr',
        text: lineOf(attempt),
        token: 't',
        team_id: teamOf(attempt.person),
        user_id: attempt.person,
        channel_id: world.ops.id,
        response_url: responseUrl,
        trigger_id: '1.1.expired',
      })),
    button: (attempt) =>
      clicked(attempt, {
        type: 'button',
        action_id: idOf(attempt.command),
        value: spokenOf(attempt.values),
      }),
    'entry of a menu': (attempt) =>
      clicked(attempt, {
        type: 'overflow',
        action_id: 'more',
        selected_option: { value: `${idOf(attempt.command)}:1 ${spokenOf(attempt.values)}` },
      }),
    'button “Ask for approval”': (attempt) =>
      clicked(attempt, {
        type: 'button',
        action_id: `${idOf(attempt.command)}:request`,
        value: spokenOf(attempt.values),
      }),
    form: (attempt) => submitted(attempt, {}),
    'direct message': async (attempt) => {
      const threadTs = `${Date.now()}.${randomUUID().slice(0, 6)}`
      const answer = answerAt(threadTs, attempt)
      await world.send({
        json: {
          type: 'event_callback',
          team_id: world.team,
          event_id: randomUUID(),
          event: {
            type: 'message',
            channel_type: 'im',
            channel: world.ops.id,
            user: attempt.person,
            user_team: teamOf(attempt.person),
            text: lineOf(attempt),
            ts: `${threadTs}1`,
            thread_ts: threadTs,
          },
        },
      } as never)
      return answer
    },
  } satisfies Record<string, AttemptRequest>

  return {
    /** Each leads to an answer, whoever asks. */
    all: doors as Readonly<Record<string, AttemptRequest>>,
    /** A button of an alert, whose values are read from its event. */
    alertButton: (attempt: Attempt, eventId: string): Promise<string> =>
      clicked(attempt, { type: 'button', action_id: `${idOf(attempt.command)}:event`, value: eventId }),
    /** A confirmation that nobody was shown: `private_metadata` says what was confirmed. */
    async forgedConfirmation(attempt: Attempt): Promise<string> {
      const { command, values } = attempt
      const checked = check(command.input, values)
      return submitted(attempt, { input: checked.ok ? checked.input : values, cents: 0 })
    },
    /** The same with values that no form has. */
    forgedInput: (attempt: Attempt, input: object): Promise<string> =>
      submitted(attempt, { input, cents: 0 }),
    /** @returns what a picker of the command's form offers, as one text; empty where it offers nothing */
    async options(attempt: Attempt, field: string, typed = ''): Promise<string> {
      const ask = { action_id: `form.${field}`, block_id: field, value: typed }
      const view = viewOf(attempt, {})
      const ack = await world.send(
        payload({ type: 'block_suggestion', ...from(attempt.person), view, ...ask }),
      )
      const { options = [] } = ack.body as { options?: object[] }
      return options.length > 0 ? JSON.stringify(options) : ''
    },
  }
}

/** The line behind `/cmr`. */
function lineOf({ command, values }: Attempt): string {
  const flags = Object.entries(values).map(([name, value]) => `--${name} "${value}"`)
  return [command.noun, command.verb, ...flags].join(' ')
}
