import type { AnyMiddlewareArgs, Middleware } from '@slack/bolt'
import type { Person } from '../access/membership.ts'
import { notice } from '../commands/failure.ts'
import { withTimeout } from '../process/clock.ts'
import { section } from '../slack/blocks.ts'
import { type AppContext, callerOf, type InteractionBody } from './app-context.ts'
import { isWrittenToBot, type MessageEvent, replyInConversation } from './direct-message.ts'
import { messageView, showInView } from './open-view.ts'
import { replyTo } from './reply.ts'

/** Where the context of a request says that Slack has its acknowledgement already. */
export const acknowledged = 'acknowledged'

/** Of the three seconds that Slack waits, and that a trigger lives: what is left is for the work itself. */
const BUDGET_MS = 1500
/** Where the answer is the acknowledgement, it also waits for what CMR says. */
const ANSWERED_AT_ONCE_MS = 1000

/** A command that takes longer to admit, or to answer, is acknowledged first. */
export const ACK_FIRST_MS = 500

/** Requests that are answered in their acknowledgement, so that it has to wait for the decision. */
const answeredAtOnce = new Set(['view_submission', 'block_suggestion'])

/**
 * Lets in full members of the installed workspace, and tells everybody else why not. What Slack sends without a person
 * in it goes no further, unless it is an event.
 * @param track is handed what has to be waited for when the bot stops
 */
export function admitting(
  app: AppContext,
  track: (work: Promise<void>) => Promise<void>,
): Middleware<AnyMiddlewareArgs> {
  return async (args) => {
    const { context, next } = args
    const request = args.body as unknown as Request
    const ack = ackOf(args)
    if (request.event?.type === 'message' && !isWrittenToBot(request.event)) return
    const person = personOf(request)
    if (!person) return request.event ? next() : ack?.()
    const atOnce = answeredAtOnce.has(request.type ?? '')
    const known = app.members.known(person)
    const deciding = known ?? app.members.admit(person, atOnce ? ANSWERED_AT_ONCE_MS : BUDGET_MS)
    // A command may be answered in its acknowledgement, where that need not wait.
    const soon = request.command ? await withTimeout(Promise.resolve(deciding), ACK_FIRST_MS) : undefined
    if (ack && !atOnce && !soon) {
      await ack()
      context[acknowledged] = true
    }
    const admission = soon ?? (await deciding)
    if (admission.admitted) return next()
    await track(
      turnAway(
        app,
        request,
        person,
        `:no_entry: ${admission.refusal}`,
        context[acknowledged] ? undefined : ack,
      ),
    )
  }
}

/** What the kinds of requests have in common, as far as it is needed here. */
interface Request extends Partial<InteractionBody> {
  readonly type?: string
  readonly command?: string
  readonly user_id?: string
  readonly team_id?: string
  readonly channel_id?: string
  readonly response_url?: string
  readonly event?: MessageEvent
}

type Ack = (answer?: object) => Promise<void>

function ackOf(args: AnyMiddlewareArgs): Ack | undefined {
  return 'ack' in args && typeof args.ack === 'function' ? (args.ack as Ack) : undefined
}

/**
 * Returns who sent a request. A slash command carries the workspace of whoever typed it; in an interaction `team` is
 * the installed workspace, and the person's own is `user.team_id`; an event may tell of none.
 */
function personOf({ user_id, team_id, user, event }: Request): Person | undefined {
  if (user_id) return { userId: user_id, teamId: team_id || undefined }
  if (user?.id) return { userId: user.id, teamId: user.team_id || undefined }
  const who = event?.user
  const userId = typeof who === 'string' ? who : (who as { id?: string } | undefined)?.id
  return userId ? { userId, teamId: event?.user_team || undefined } : undefined
}

/** Shows why somebody gets nothing, where they asked. */
async function turnAway(
  app: AppContext,
  request: Request,
  person: Person,
  sentence: string,
  ack: Ack | undefined,
): Promise<void> {
  const { type, event, view } = request
  try {
    if (type === 'block_suggestion') return await ack?.({ options: [] })
    if (type === 'view_submission')
      return await ack?.({ response_action: 'update', view: messageView(notice(sentence)) })
    if (type === 'view_closed') return
    if (event?.type === 'app_home_opened') return await showHome(app, person, sentence)
    if (event && isWrittenToBot(event)) {
      const writer = { userId: person.userId, teamId: person.teamId ?? '', channelId: event.channel }
      return await replyInConversation(app, writer, event)(notice(sentence))
    }
    if (event) return
    if (view?.type === 'home') return await showHome(app, person, sentence)
    if (view?.id) {
      await showInView(app, view.id, messageView(notice(sentence)))
      return
    }
    const message = notice(sentence)
    if (ack) return await ack({ response_type: 'ephemeral', ...message })
    const { userId, teamId = '' } = person
    const caller = request.user
      ? callerOf({ ...request, user: request.user })
      : { userId, teamId, channelId: request.channel_id }
    await replyTo(app, caller, request.response_url)(message)
  } catch (error) {
    app.logger.warn({ err: error, user: person.userId }, 'somebody could not be shown why they were refused')
  }
}

async function showHome({ slack }: AppContext, { userId }: Person, sentence: string): Promise<void> {
  await slack.views.publish({ user_id: userId, view: { type: 'home', blocks: [section(sentence)] } })
}
