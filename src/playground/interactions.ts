import { isObject } from '../cmr/json.ts'
import { type Conversation, newTs } from './conversation.ts'
import type { Replies } from './replies.ts'
import { type Acknowledgement, escapeCommand, type Sender } from './slack.ts'
import type { InteractionOutcome, InteractionPlace, Json, ShownMessage, View } from './types.ts'
import type { Views } from './views.ts'
import type { Workspace } from './workspace.ts'

/** A person's actions, each sent to the bot as Slack would send it. */
export interface Interactions {
  command(person: string, channel: string, line: string): Promise<InteractionOutcome>
  act(place: InteractionPlace, action: Json): Promise<InteractionOutcome>
  submit(place: InteractionPlace): Promise<InteractionOutcome>
  close(person: string): Promise<InteractionOutcome>
  options(place: InteractionPlace, ask: { action_id: string; block_id: string; value: string }): Promise<Json>
  openHome(person: string): Promise<InteractionOutcome>
  /** Writes in the conversation with the bot. @param more fields of the event, as those of an edit */
  write(person: string, channel: string, text: string, more?: Json): Promise<InteractionOutcome>
}

export function createInteractions(parts: {
  readonly workspace: Workspace
  readonly conversation: Conversation
  readonly views: Views
  readonly replies: Replies
  readonly send: Sender
  /** Base of the response_urls, ending in a slash. */
  readonly responseUrl: string
}): Interactions {
  const { workspace, conversation, views, replies, send, responseUrl } = parts

  function person(id: string) {
    const found = conversation.person(id)
    if (!found) throw new Error(`Nobody here is called ${id}`)
    return found
  }

  /** The workspace of a person: in a shared channel it may be another company's. */
  const teamOf = (id: string) => String(workspace.accounts.get(id)?.team_id ?? workspace.team.id)

  function envelope(userId: string): Json {
    const { id, handle } = person(userId)
    return {
      team: workspace.team,
      user: { id, username: handle, name: handle, team_id: teamOf(id) },
      api_app_id: workspace.app.id,
      token: 'playground',
      enterprise: null,
      is_enterprise_install: false,
      trigger_id: views.trigger(id),
    }
  }

  /** Returns the payload's context: channel and message or view, with a response_url for messages. */
  function located(place: InteractionPlace): Json {
    const view = place.view ? views.find(place.view) : undefined
    if (view) return { container: { type: 'view', view_id: view.id }, view: filled(view, place.values) }
    const message = place.message && conversation.find(place.message.channel, place.message.ts)
    if (!message) throw new Error('That message or view is no longer there')
    const channel = conversation.channel(message.channel)
    const { ts, threadTs, ephemeralFor } = message
    return {
      container: {
        type: 'message',
        message_ts: ts,
        channel_id: message.channel,
        is_ephemeral: Boolean(ephemeralFor),
        ...(threadTs && { thread_ts: threadTs }),
      },
      channel: { id: message.channel, name: channel?.with ? 'directmessage' : channel?.name },
      state: { values: place.values },
      response_url: responseUrl + replies.issue(place.person, message.channel, message),
      ...(!ephemeralFor && { message: asSlack(message) }),
    }
  }

  function asSlack(message: ShownMessage): Json {
    const { ts, text, blocks, threadTs } = message
    const { user, bot } = workspace.app
    return { type: 'message', user, bot_id: bot, ts, text, blocks, ...(threadTs && { thread_ts: threadTs }) }
  }

  const interact = (payload: Json) => send({ payload: JSON.stringify(payload) })

  /** Tells the bot of an event ("Events API"). */
  async function happens(event: Json): Promise<InteractionOutcome> {
    const answer = await send({
      json: {
        token: 'playground',
        type: 'event_callback',
        team_id: workspace.team.id,
        api_app_id: workspace.app.id,
        event,
        event_id: `Ev${newTs().replace('.', '')}`,
        event_time: Math.floor(Date.now() / 1000),
        authorizations: [
          { team_id: workspace.team.id, user_id: workspace.app.user, is_bot: true, enterprise_id: null },
        ],
      },
    })
    return outcome(answer)
  }

  return {
    async command(userId, channelId, line) {
      const { handle } = person(userId)
      const channel = conversation.channel(channelId)
      const [, name = '', text = ''] = /^(\/\S+)\s*([\s\S]*)$/.exec(line) ?? []
      const answer = await send({
        token: 'playground',
        team_id: teamOf(userId),
        team_domain: workspace.team.domain,
        channel_id: channelId,
        channel_name: channel?.with ? 'directmessage' : (channel?.name ?? ''),
        user_id: userId,
        user_name: handle,
        command: name,
        text: escapeCommand(text, workspace.people, workspace.channels),
        api_app_id: workspace.app.id,
        is_enterprise_install: 'false',
        response_url: responseUrl + replies.issue(userId, channelId),
        trigger_id: views.trigger(userId),
      })
      if (answer.ok) await replies.show(userId, channelId, answer.body)
      return outcome(answer)
    },

    async act(place, action) {
      const actions = [{ ...action, action_ts: newTs() }]
      return outcome(
        await interact({
          type: 'block_actions',
          ...envelope(place.person),
          ...located(place),
          actions,
        }),
      )
    },

    async submit(place) {
      const view = place.view ? views.find(place.view) : undefined
      if (!view) return { ok: false, notice: 'This form is no longer open' }
      const payload = {
        type: 'view_submission',
        ...envelope(place.person),
        view: filled(view, place.values),
      }
      const answer = await interact({ ...payload, response_urls: [] })
      if (!answer.ok) return troubled(answer, answer.notice)
      const { response_action: then, errors, view: next } = answer.body
      if (then === 'errors' && isObject(errors)) {
        const lost = Object.keys(errors).find((field) => !isInput(view, field))
        if (lost) return troubled(answer, `The form has no input ${lost} for the bot’s error`)
        return { ...outcome(answer), errors: errors as Record<string, string> }
      }
      if (then === 'update' && isObject(next)) views.replace(view.id, next)
      else if (then === 'push' && isObject(next)) views.push(place.person, next)
      else views.close(place.person, view, then === 'clear')
      return outcome(answer)
    },

    async close(userId) {
      const top = conversation.snapshot().modals[userId]?.at(-1)
      const closed = top ? views.close(userId, top, top.clear_on_close) : []
      for (const view of closed.filter((one) => one.notify_on_close)) {
        const cleared = closed.length > 1
        await interact({ type: 'view_closed', ...envelope(userId), view, is_cleared: cleared })
      }
      return { ok: true }
    },

    async options(place, ask) {
      const answer = await interact({
        type: 'block_suggestion',
        ...envelope(place.person),
        ...located(place),
        ...ask,
      })
      return answer.ok ? answer.body : { options: [], notice: answer.notice }
    },

    async openHome(userId) {
      const view = conversation.snapshot().homes[userId]
      return happens({
        type: 'app_home_opened',
        user: userId,
        channel: 'D0CMRHOME',
        tab: 'home',
        event_ts: newTs(),
        view,
      })
    },

    async write(userId, channel, text, more = {}) {
      const ts = newTs()
      const said = escapeCommand(text, workspace.people, workspace.channels)
      const event = {
        type: 'message',
        channel_type: 'im',
        channel,
        user: userId,
        text: said,
        ts,
        event_ts: ts,
      }
      return happens({ ...event, team: teamOf(userId), user_team: teamOf(userId), ...more })
    },
  }
}

/** Returns a view as Slack submits it, with the values of its inputs. */
function filled(view: View, values: Json): Json {
  return { ...view, state: { values } }
}

/** Errors attach to input blocks only ("Modals"). */
function isInput(view: View, field: string): boolean {
  return view.blocks.some((block) => block.type === 'input' && block.block_id === field)
}

function troubled({ milliseconds }: Acknowledgement, reason = ''): InteractionOutcome {
  return { ok: false, milliseconds, notice: `We had some trouble connecting. Try again? (${reason})` }
}

function outcome({ ok, milliseconds, notice }: Acknowledgement): InteractionOutcome {
  return { ok, milliseconds, ...(notice && { notice }) }
}
