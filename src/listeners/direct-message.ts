import { LRUCache } from 'lru-cache'
import { permitGiven } from '../access/permit.ts'
import { rememberCredentials } from '../cmr/redact.ts'
import { check } from '../commands/check.ts'
import { idOf } from '../commands/command.ts'
import type { Caller } from '../commands/context.ts'
import { notice } from '../commands/failure.ts'
import { garbledIn } from '../commands/garbled.ts'
import { launcher } from '../commands/help.ts'
import { perform } from '../operations/perform.ts'
import { actions, code, context, escapeText, type Message, section } from '../slack/blocks.ts'
import { isBeyondEditing, postFailure } from '../slack/errors.ts'
import { sendPlainest } from '../slack/plainer.ts'
import { isConfidential } from '../slack/scrub.ts'
import { type AppContext, commandContext } from './app-context.ts'
import { askGarbled, carryOnButton } from './carry-on.ts'
import { messageOf, wrongMessage, wrongValues } from './outcome-message.ts'
import { offeredMessage, type Reply, replyTo } from './reply.ts'
import { type CommandMeant, commandMeant } from './understood.ts'
import { askingCmr, createWaitingNotice } from './waiting.ts'

/** What `message` events have in common, as far as it is needed here ("message.im"). */
export interface MessageEvent {
  readonly type?: string | undefined
  readonly subtype?: string | undefined
  readonly channel_type?: string | undefined
  readonly channel?: string | undefined
  readonly user?: unknown
  readonly user_team?: string | undefined
  readonly bot_id?: string | undefined
  readonly bot_profile?: unknown
  readonly text?: string | undefined
  readonly ts?: string | undefined
  readonly thread_ts?: string | undefined
  readonly hidden?: boolean | undefined
}

/** Slackbot is no bot by its flags ("User object"). */
const SLACKBOT = 'USLACKBOT'
/** Messages that a person writes; every other subtype tells of an edit, a deletion, or a bot. */
const written = new Set([undefined, 'file_share', 'me_message', 'thread_broadcast'])

/**
 * Returns whether a person has just written this to the bot. The bot's own messages, those of other bots, and edits are
 * not answered: an answer to one's own answer would never end.
 */
export function isWrittenToBot(
  event: MessageEvent,
): event is MessageEvent & { user: string; channel: string; ts: string } {
  const { type, subtype, channel_type, channel, user, bot_id, bot_profile, ts, hidden } = event
  if (type !== 'message' || channel_type !== 'im' || hidden || !channel || !ts) return false
  if (bot_id || bot_profile || typeof user !== 'string' || user === SLACKBOT) return false
  return written.has(subtype)
}

/** Slack sends an event again where it has not heard in time that it arrived ("Events API: retries"). */
const ANSWERED = 1000

/** Returns what answers direct messages: in the thread they stand in, each once. */
export function createDirectMessages(app: AppContext) {
  const seen = new LRUCache<string, true>({ max: ANSWERED })

  async function answer(caller: Caller, text: string): Promise<Message> {
    const verdict = await app.access.decide(caller.userId, { effect: 'read' }, 'cmr')
    if (!verdict.allowed) return notice(`:no_entry: ${verdict.refusal}`)
    const meant = await commandMeant(app, caller, text, greeting)
    if ('blocks' in meant) return meant
    const { command, raw } = meant
    rememberCredentials(raw)
    const garbled = garbledIn(raw)
    if (garbled) return askGarbled(app, caller, command, raw, garbled)
    const checked = check(command.input, raw)
    const wrong = checked.ok ? undefined : wrongValues(checked)
    if (wrong) return wrongMessage(app, caller, command, raw, wrong)
    // What needs more than reading does more, whatever its effect on CMR: it stops an import, or goes on with it.
    const onlyReads = command.effect === 'read' && command.needs === undefined
    if (!onlyReads || !checked.ok) return offered(app, caller, meant)
    const result = await perform(command, commandContext(app, caller), checked.input)
    const message = await messageOf(app, caller, command, checked.input, result)
    return idOf(command) === 'find.show' ? withHint(message) : message
  }

  return {
    /** @param reply is told what breaks */
    async answer(event: MessageEvent & { channel: string; ts: string }, caller: Caller, reply: Reply) {
      const key = `${event.channel} ${event.ts}`
      if (seen.has(key)) return
      seen.set(key, true)
      // Only what is answered is waited for: nothing would take the place of the notice.
      reply.wait?.()
      const text = event.text ?? ''
      const isFile = event.subtype === 'file_share' && !text.trim()
      await reply(isFile ? notice(aboutFiles) : await answer(caller, text))
    },
  }
}

const hint =
  'Write a name, a domain, an address or an id, and the bot looks it up. `help` lists everything else, with or without `/cmr`.'
const aboutFiles =
  'The bot does not read files here. Nothing was done. `/cmr users import`, `/cmr orders import`, `/cmr dns import` and `/cmr mailboxes update` take a CSV file in their form.'

function withHint({ text, blocks }: Message): Message {
  return { text, blocks: [...blocks, context(hint)] }
}

function greeting(): Message {
  const text = 'Write a domain, an address, a company or an id, and the bot looks it up.'
  const more =
    'Everything that works after `/cmr` works here too: `wallet`, `diagnose acme.com`, `help`. Anything that makes a change opens its form first.'
  return { text: `${text} ${more}`, blocks: [section(`${text}\n${more}`), ...launcher().blocks] }
}

/** What changes something, or needs more, is not done from a sentence: the button goes on with what was said. */
async function offered(app: AppContext, caller: Caller, { command, raw }: CommandMeant): Promise<Message> {
  const said = `${command.noun} ${command.verb}`.replace(/ show$/, '')
  const verdict = await permitGiven(commandContext(app, caller), command, raw)
  if (!verdict.allowed) return notice(`:no_entry: ${verdict.refusal}`)
  const text = `*${escapeText(command.summary)}* needs a click, because messages alone change nothing. Nothing was done yet.`
  const open = await carryOnButton(app, caller, command, {
    text: command.summary,
    values: raw,
    style: 'primary',
  })
  return {
    text,
    blocks: [section(text), actions(open), context(`Or type ${code(`/cmr ${said}`)} anywhere in Slack`)],
  }
}

/** Answers in the conversation itself, where it stays; a login only so that it does not. */
export function replyInConversation(
  app: AppContext,
  caller: Caller,
  { channel, thread_ts }: { readonly channel: string; readonly thread_ts?: string | undefined },
): Reply {
  const privately = replyTo(app, caller, undefined)
  const waiting = createWaitingNotice(app)
  let noticeTs: string | undefined
  const post = ({ text, blocks }: Message) =>
    app.slack.chat.postMessage({ channel, text, blocks, ...(thread_ts && { thread_ts }) })

  /** The answer takes the place of the notice that was posted, if one was. */
  async function show({ text, blocks }: Message): Promise<void> {
    try {
      if (noticeTs) return void (await app.slack.chat.update({ channel, ts: noticeTs, text, blocks }))
    } catch (error) {
      if (!isBeyondEditing(postFailure(error))) throw error
    }
    await post({ text, blocks })
  }

  const reply: Reply = async (message, options) => {
    try {
      await waiting.end()
      if (isConfidential(message)) {
        await privately(message, options)
        if (noticeTs) await app.slack.chat.delete({ channel, ts: noticeTs })
        return
      }
      await sendPlainest(await offeredMessage(app, caller, message), show)
    } catch (error) {
      app.logger.error({ err: error, user: caller.userId }, 'a direct message could not be answered')
    }
  }
  return Object.assign(reply, {
    wait() {
      waiting.start(async () => {
        noticeTs = (await post(askingCmr)).ts
        return noticeTs !== undefined
      })
    },
  })
}
