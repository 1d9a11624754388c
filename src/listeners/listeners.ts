import { App, type ViewResponseAction } from '@slack/bolt'
import { LogLevel } from '@slack/web-api'
import type { Caller } from '../commands/context.ts'
import { notice } from '../commands/failure.ts'
import { launcher } from '../commands/help.ts'
import { perform } from '../operations/perform.ts'
import { withTimeout } from '../process/clock.ts'
import { refreshAction } from '../renewals/home/view.ts'
import type { Message } from '../slack/blocks.ts'
import { type BotIdentity, clientOptions } from '../slack/client.ts'
import type { SlackConnection } from '../slack/connection.ts'
import { ACK_FIRST_MS, acknowledged, admitting } from './admission.ts'
import { type AppContext, callerOf, commandContext } from './app-context.ts'
import { isInPlace, isPress, pressed } from './button-click.ts'
import { createDirectMessages, isWrittenToBot, replyInConversation } from './direct-message.ts'
import { chosen } from './field-change.ts'
import { invoke } from './invoke.ts'
import type { SubmissionAck } from './open-view.ts'
import { optionsFor } from './options.ts'
import { messageOf } from './outcome-message.ts'
import { offeredMessage, type Reply, replyInView, replyTo, viewBelow, viewClickOf } from './reply.ts'
import { actInStep, stepActionOf } from './step-actions.ts'
import { submit } from './submit.ts'
import { type CommandMeant, commandMeant } from './understood.ts'

/** Builds Bolt's app on a connection to Slack, with a listener for everything that Slack sends. */
export function listenToSlack(
  config: { readonly SLACK_BOT_TOKEN: string; readonly SLACK_API_URL?: string | undefined },
  { receiver }: Pick<SlackConnection, 'receiver'>,
  app: AppContext,
  identity: () => BotIdentity,
): Listening {
  const bolt = new App({
    receiver,
    logLevel: LogLevel.ERROR,
    clientOptions: clientOptions(config),
    // Neither is needed: the bot keeps nothing by conversation, and knows its own messages by what they say of themselves.
    convoStore: false,
    ignoreSelf: false,
    // One workspace, one token: Slack need not be asked who we are with every request.
    authorize: async () => ({ botToken: config.SLACK_BOT_TOKEN, ...identity() }),
  })
  bolt.error(async (error) => app.logger.error({ err: error }, 'Bolt could not handle a request'))
  return listen(bolt, app)
}

/** What people have asked for, acknowledged already. */
export interface Listening {
  /** Resolves when all of it is done. */
  settled(): Promise<unknown>
}

const failedInside = notice(
  ':warning: That failed inside the bot. Your input is fine. Try again in a minute. If it fails again, `/cmr status` shows what is wrong.',
)

/** Routes everything that Slack sends to what it means. Each is acknowledged before any work. */
function listen(bolt: App, app: AppContext): Listening {
  const underWay = new Set<Promise<void>>()

  /** Nothing that breaks in the bot leaves a person in silence. */
  function guarded(reply: Reply, work: () => Promise<void>): Promise<void> {
    return track(
      work().catch((error: unknown) => {
        app.logger.error({ err: error }, 'a handler failed')
        return reply(failedInside)
      }),
    )
  }

  /** What is under way is waited for when the bot stops. */
  function track(work: Promise<void>): Promise<void> {
    const done = work.finally(() => underWay.delete(done))
    underWay.add(done)
    return done
  }

  // Before every listener, those of tomorrow included: nobody is shown anything before it is known that they may see it.
  bolt.use(admitting(app, track))

  // As a global middleware: Bolt would otherwise try every listener below on every command.
  bolt.use(async (args) => {
    if (!('command' in args)) return args.next()
    const { command: said, ack } = args
    const from = { teamId: said.team_id, channelId: said.channel_id, via: 'command' as const }
    const caller: Caller = { userId: said.user_id, ...from }
    const reply = replyTo(app, caller, said.response_url)
    const understanding = understood(app, said.text ?? '', caller).catch((error: unknown) => {
      app.logger.error({ err: error }, 'a command could not be read')
      return failedInside
    })
    // Help and the launcher ask the store for a role, and Slack does not wait for a slow disk.
    const waited = args.context[acknowledged] === true ? 0 : ACK_FIRST_MS
    const soon = waited > 0 ? await withTimeout(understanding, waited) : undefined
    if (soon && 'blocks' in soon) return ack({ response_type: 'ephemeral', ...soon })
    if (waited > 0) await ack()
    reply.wait?.()
    const heard = soon ?? (await understanding)
    if ('blocks' in heard) return track(reply(heard))
    await guarded(reply, () => invoke(app, { ...heard, caller, triggerId: said.trigger_id, reply }))
  })

  bolt.action({ type: 'block_actions' }, async ({ body, action }) => {
    const caller: Caller = { ...callerOf(body), via: 'button' }
    const form = body.view?.type === 'modal' ? body.view.id : undefined
    const inView = viewClickOf(body.view, body.trigger_id)
    const elsewhere = replyTo(app, caller, body.response_url, form)
    const reply = inView ? replyInView(app, caller, inView, elsewhere) : elsewhere
    await guarded(reply, async () => {
      if (action.action_id === refreshAction) return app.home.show(caller.userId)
      const inStep = body.view && stepActionOf(app, caller, action, body.view)
      if (inStep) return actInStep(app, inStep)
      if (isPress(action)) {
        const heard = await pressed(app, action, { container: body.container, caller })
        if ('blocks' in heard) return reply(heard)
        const below = viewBelow(body.view, isInPlace(action))
        reply.wait?.({ replace: heard.replace })
        await invoke(app, { ...heard, caller, triggerId: body.trigger_id, reply, below })
        return app.home.wake()
      }
      if (!body.view || !action.action_id.startsWith('form.')) return
      return chosen(app, caller, action.block_id, body.view)
    })
  })

  bolt.view({ type: 'view_submission', callback_id: /.*/ }, async ({ body, view, ack }) => {
    const submitted = app.registry.byId(view.callback_id)
    if (!submitted) return ack()
    const caller = { userId: body.user.id, teamId: body.team?.id ?? view.team_id, via: 'form' as const }
    const submission = {
      command: submitted,
      caller,
      viewId: view.id,
      metadata: view.private_metadata,
      state: view.state.values,
    }
    let answered = false
    const answer = (then: SubmissionAck) => {
      answered = true
      return ack(then as ViewResponseAction & undefined)
    }
    await guarded(replyTo(app, caller, undefined), () => submit(app, submission, answer))
    app.home.wake()
    // What broke was told; Slack must not wait for the rest of its three seconds.
    if (!answered) await ack()
  })

  bolt.options(/^form\./, async ({ body, options, ack }) => {
    const view = body.type === 'block_suggestion' ? body.view : undefined
    const callbackId = view?.callback_id ?? ''
    const actionId = 'action_id' in options ? options.action_id : ''
    const state = view?.state?.values
    const caller = { userId: body.user.id, teamId: body.team?.id ?? '' }
    await ack({
      options: await optionsFor(app, { caller, callbackId, actionId, typed: options.value, state }),
    })
  })

  bolt.event('app_home_opened', async ({ event }) => {
    if (event.tab !== 'home') return
    await track(app.home.show(event.user))
  })

  const directMessages = createDirectMessages(app)
  bolt.event('message', async ({ event, context }) => {
    if (!isWrittenToBot(event)) return
    const caller = {
      userId: event.user,
      teamId: event.user_team ?? context.teamId ?? '',
      channelId: event.channel,
    }
    const reply = replyInConversation(app, caller, event)
    await guarded(reply, () => directMessages.answer(event, caller, reply))
  })

  return { settled: () => Promise.all(underWay) }
}

/** What was said, as a command with its values; or the answer, where nothing has to be asked for it. */
async function understood(app: AppContext, text: string, caller: Caller): Promise<Message | CommandMeant> {
  const meant = await commandMeant(app, caller, text, async () => {
    const verdict = await app.access.decide(caller.userId, { effect: 'read' }, 'cmr')
    return verdict.allowed ? offeredMessage(app, caller, launcher()) : notice(`:no_entry: ${verdict.refusal}`)
  })
  if ('blocks' in meant || !meant.command.instant) return meant
  const { command, raw } = meant
  return messageOf(app, caller, command, raw, await perform(command, commandContext(app, caller), raw))
}
