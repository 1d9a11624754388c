import { rmSync } from 'node:fs'
import { expect } from 'vitest'
import { type Bot, startBot } from '../../src/app.ts'
import { signWebhook } from '../../src/cmr/webhooks.ts'
import { parseConfig } from '../../src/config.ts'
import { createConversation } from '../../src/playground/conversation.ts'
import { readFile, uploadFile } from '../../src/playground/files.ts'
import { createInteractions } from '../../src/playground/interactions.ts'
import { createProxy } from '../../src/playground/proxy.ts'
import { createReplies } from '../../src/playground/replies.ts'
import { createSender } from '../../src/playground/slack.ts'
import type { ShownMessage, View } from '../../src/playground/types.ts'
import { createViews } from '../../src/playground/views.ts'
import { startWorkspace } from '../../src/playground/workspace.ts'
import { startSandbox } from '../../src/sandbox/sandbox.ts'
import { textIn } from './csv.ts'
import { newDatabaseIn } from './databases.ts'
import { eventually } from './eventually.ts'
import { makeFolder } from './folder.ts'
import { stateOf } from './form-state.ts'
import { historyOf } from './history.ts'
import { limitsBroken } from './limits.ts'
import { createManualTimer } from './manual-timer.ts'
import { type Cleanup, freePort, listening } from './servers.ts'
import { createFront, type SlackFaults } from './slack-faults.ts'
import type { WorldOptions } from './world-options.ts'

export const apiKey = 'test-key'

export type World = Awaited<ReturnType<typeof startWorld>>

/** What the test that runs now has made; `setup.ts` undoes it after each test. */
export const cleanups: Cleanup[] = []

/** Undoes what was made, the newest first. */
export async function undo(made: Cleanup[]): Promise<void> {
  for (const cleanup of made.splice(0).reverse()) await cleanup()
}

/** On a machine that does eight tests at once a form may open later than the 3 s that Slack gives it. */
const PATIENT_TRIGGER_MS = 15_000

/** A world of one test: it ends with it. */
export function startWorld(options: WorldOptions = {}) {
  return openWorld(options, cleanups)
}

/** A world that many tests look at. @returns it with `close`, for `afterAll` */
export async function shareWorld(options: WorldOptions = {}) {
  const made: Cleanup[] = []
  return { ...(await openWorld(options, made)), close: () => undo(made) }
}

/** The whole product on loopback: Slack emulator, sandbox and the bot, each real. */
async function openWorld(options: WorldOptions, cleanups: Cleanup[]) {
  const folder = makeFolder('test')
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }))
  const conversation = createConversation()
  const broken: string[] = []
  conversation.listen((change) => {
    if (change.type === 'message') broken.push(...limitsBroken('message', change.message))
    if (change.type === 'modals') for (const view of change.stack) broken.push(...limitsBroken('view', view))
    if (change.type === 'home') broken.push(...limitsBroken('view', change.view))
  })
  const [workspace, sandbox, botPort] = await Promise.all([
    startWorkspace(),
    startSandbox({ apiKey, pace: options.pace ?? 0 }),
    freePort(),
  ])
  cleanups.push(
    () => workspace.close(),
    () => sandbox.close(),
    () => expect(broken).toEqual([]),
  )
  conversation.setPeople(
    [...workspace.people, ...workspace.outsiders].map((person) => ({ ...person, role: '' })),
  )
  for (const channel of workspace.channels) conversation.addChannel(channel)
  const { team, app } = workspace
  const views = createViews(
    conversation,
    { team: team.id, app: app.id, bot: app.bot },
    options.triggerMs ?? PATIENT_TRIGGER_MS,
  )
  const replies = createReplies(conversation, workspace)

  const slack: SlackFaults = { fault: 'well', share: 0.04, calls: [] }
  const proxied = createProxy(workspace, conversation, views, replies)
  const front = createFront((request, response) => proxied.emit('request', request, response), slack)
  const proxyPort = await listening(front, cleanups)
  // Slack’s faults never reach a response_url.
  const respondPort = await listening(proxied, cleanups)

  const [ana, omar, vera] = workspace.people
  const alerts = workspace.channels[0]
  const ops = workspace.channels[1]
  const billing = workspace.channels[2]
  if (!ana || !omar || !vera || !alerts || !ops || !billing) throw new Error('The workspace is not seeded')
  const env: Record<string, string> = {
    SLACK_BOT_TOKEN: workspace.token,
    SLACK_SIGNING_SECRET: workspace.signingSecret,
    SLACK_API_URL: `http://127.0.0.1:${proxyPort}/api/`,
    CMR_API_KEY: apiKey,
    CMR_API_URL: `${sandbox.url}/api/v1/integration`,
    DATABASE_URL: newDatabaseIn(folder),
    PORT: String(botPort),
    HOST: '127.0.0.1',
    CMR_ADMINS: ana.id,
    CMR_DEFAULT_ROLE: options.role ?? 'operator',
    CMR_ALERTS_CHANNEL: alerts.id,
    CMR_SYNC_INTERVAL: '0',
    // Instead of the second that Slack wants between two messages of a channel.
    CMR_ALERT_PACE_MS: '50',
    LOG_LEVEL: 'silent',
    ...(options.prewarmSandbox && {
      CMR_SANDBOX_API_KEY: apiKey,
      CMR_SANDBOX_API_URL: `${sandbox.url}/api/v1/integration`,
    }),
    ...options.env,
  }
  const botUrl = `http://127.0.0.1:${botPort}`
  let bot: Bot | undefined
  const start = async () => {
    const parsed = parseConfig(env)
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults))
    const { realCmrPace, cmrTimeoutMs, databaseSilenceMs, deadlines, clock, monotonic } = options
    const { timer = createManualTimer().timer } = options
    const editPaceMs = realCmrPace ? undefined : 100
    const retryFactor = realCmrPace ? undefined : 0.1
    const requestsPerSecond = realCmrPace ? undefined : (options.requestsPerSecond ?? 500)
    bot = await startBot(
      parsed.config,
      {},
      {
        requestsPerSecond,
        retryFactor,
        cmrTimeoutMs,
        databaseSilenceMs,
        editPaceMs,
        deadlines,
        clock,
        monotonic,
        timer,
      },
    )
  }
  cleanups.push(() => bot?.stop())
  if (options.withBot !== false) await start()
  const send = createSender(`${botUrl}/slack/events`, workspace.signingSecret)
  const sent = createInteractions({
    workspace,
    conversation,
    views,
    replies,
    send,
    responseUrl: `http://127.0.0.1:${respondPort}/respond/`,
  })
  const interactions: typeof sent = {
    ...sent,
    async options(...asked) {
      const answer = await sent.options(...asked)
      broken.push(...limitsBroken('options', answer))
      return answer
    },
  }
  const control = async (path: string, body: object) => {
    const answer = await fetch(`${sandbox.url}/sandbox/${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
    })
    expect(answer.status).toBe(200)
    return answer.json()
  }
  if (!options.realCmrPace) await control('rate-limit', { perSecond: 0 })

  const world = {
    ana,
    omar,
    vera,
    /** No full members of the workspace, by their handle. */
    outsiders: Object.fromEntries(workspace.outsiders.map((one) => [one.handle, one.id])),
    /** What `users.info` says of people; a test may change it. */
    accounts: workspace.accounts,
    /** What `conversations.info` says of who else reads a channel; a test may change it. */
    sharing: workspace.sharing,
    /** Which outsiders are in a channel. */
    invited: workspace.invited,
    /** The id of the installed workspace. */
    team: team.id,
    alerts,
    ops,
    billing,
    env,
    slack,
    botUrl,
    interactions,
    /** Starts the bot by `env` as it is now, where the world began without it or it was stopped. */
    start,
    /** Stops the bot. */
    async stop() {
      await bot?.stop()
      bot = undefined
    },
    /** Stops the bot and starts it again, as whoever deploys it does. */
    async restart() {
      await bot?.stop()
      await start()
    },
    /** Posts to the bot what Slack would, signed, whatever it is. */
    send,
    /** Tells of everything that people are shown. @returns how to stop listening */
    listen: conversation.listen,
    control,
    modalOf: (person: string): View | undefined => conversation.snapshot().modals[person]?.at(-1),
    home: (person: string): View | undefined => conversation.snapshot().homes[person],
    /** Calls Slack as the bot, or as a person. */
    call: workspace.call,
    /** Everything that stands in a channel and its threads, with its metadata, in Slack's order. */
    history: (channel: string) => historyOf(workspace, channel),
    messages: (channel: string): readonly ShownMessage[] =>
      conversation.snapshot().messages.filter((one) => one.channel === channel),
    /** All that anybody sees. */
    everything: () => conversation.snapshot(),
    async look(path: string) {
      return (await fetch(`${sandbox.url}/sandbox/${path}`)).json()
    },
    /** What reached CMR at one endpoint. */
    async requests(
      endpoint: string,
    ): Promise<{ body: unknown; query: unknown; key: string; status: number }[]> {
      return (await world.look('requests')).filter((one: { endpoint: string }) => one.endpoint === endpoint)
    },
    /** Says something in #ops. */
    say: (line: string, person = ana.id) => interactions.command(person, ops.id, line),
    /** Everything in #ops, as one text. */
    read: () => JSON.stringify(world.messages(ops.id)),
    sees: (text: string | RegExp) => eventually(() => expect(world.read()).toMatch(text)),
    async opened(
      person = ana.id,
      ready: (view: View) => boolean = (view) => view.submit !== null,
    ): Promise<View> {
      return eventually(() => {
        const view = world.modalOf(person)
        if (!view || !ready(view)) throw new Error('no form is open')
        return view
      })
    },
    /** Submits the form that is open with these values by field. */
    submit: (values: Record<string, string>, person = ana.id) => {
      const view = world.modalOf(person)
      if (!view) throw new Error('no form is open')
      return interactions.submit({ person, view: view.id, values: stateOf(view, values) })
    },
    /** Puts a file into a form, as a person does. @returns its id, the value of the field */
    async upload(name: string, content: string | Uint8Array): Promise<string> {
      return String((await uploadFile(workspace, name, Buffer.from(content))).id)
    },
    /** The files that the bot has shared in a channel, or with a person, by name. */
    async filesIn(channel: string): Promise<Record<string, string>> {
      const shared = world.messages(channel).flatMap(({ files = [] }) => files)
      const read = async ({ id, name }: { id: string; name: string }) =>
        [name, textIn((await readFile(workspace, id)).bytes)] as const
      return Object.fromEntries(await Promise.all(shared.map(read)))
    },
    /** The direct messages between a person and the bot. */
    directMessages: (person: string): string =>
      conversation.snapshot().channels.find((channel) => channel.with === person)?.id ?? '',
    /** Posts a webhook as CMR would. */
    async webhook(
      envelope: unknown,
      over: { secret?: string; now?: Date; body?: string } = {},
    ): Promise<number> {
      const body = over.body ?? JSON.stringify(envelope)
      const headers = signWebhook({ body, secret: over.secret ?? apiKey, now: over.now ?? new Date() })
      return (await fetch(`${botUrl}/webhooks/cmr`, { method: 'POST', body, headers })).status
    },
  }
  return world
}
