import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, vi } from 'vitest'
import { type Bot, startBot } from '../../src/bot.ts'
import { signWebhook } from '../../src/cmr/webhooks.ts'
import { parseConfig } from '../../src/config.ts'
import { createConversation } from '../../src/playground/conversation.ts'
import { createInteractions } from '../../src/playground/interactions.ts'
import { createProxy } from '../../src/playground/proxy.ts'
import { createReplies } from '../../src/playground/replies.ts'
import { createSender } from '../../src/playground/slack.ts'
import type { Message, View } from '../../src/playground/types.ts'
import { createViews } from '../../src/playground/views.ts'
import { startWorkspace } from '../../src/playground/workspace.ts'
import { startSandbox } from '../../src/sandbox/sandbox.ts'
import { limitsBroken } from './limits.ts'

export const apiKey = 'test-key'
const cleanups: (() => Promise<void> | void)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** How Slack fails: before taking a post, or after having taken it. */
export type SlackMood = 'well' | 'refuses' | 'drops-after'

/** The whole product on loopback: Slack emulator, sandbox and the bot, each real, each this test's own. */
export async function startWorld(
  options: { role?: string; env?: Record<string, string>; withBot?: boolean; pace?: number } = {},
) {
  const folder = mkdtempSync(join(tmpdir(), 'cmr-test-'))
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
  conversation.setPeople(workspace.people.map((person) => ({ ...person, role: '' })))
  for (const channel of workspace.channels) conversation.addChannel(channel)
  const views = createViews(conversation, {
    team: workspace.team.id,
    app: workspace.app.id,
    bot: workspace.app.bot,
  })
  const replies = createReplies(conversation, workspace)

  const slack = { mood: 'well' as SlackMood }
  const proxied = createProxy(workspace, conversation, views)
  const front = createServer((request, response) => {
    const posting = request.url?.includes('chat.postMessage') ?? false
    if (posting && slack.mood === 'refuses') return void response.writeHead(500).end()
    if (posting && slack.mood === 'drops-after') {
      slack.mood = 'well'
      const { end } = response
      response.end = (() => {
        response.end = end
        response.destroy()
        return response
      }) as typeof response.end
    }
    proxied.emit('request', request, response)
  })
  const proxyPort = await listening(front)
  const respond = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const { status, text } = await replies.take(
      (request.url ?? '').slice(1),
      JSON.parse(Buffer.concat(chunks).toString()),
    )
    response.writeHead(status).end(text)
  })
  const respondPort = await listening(respond)

  const [ana, omar, vera] = workspace.people
  const alerts = workspace.channels[0]
  const ops = workspace.channels[1]
  if (!ana || !omar || !vera || !alerts || !ops) throw new Error('The workspace is not seeded')
  const env: Record<string, string> = {
    SLACK_BOT_TOKEN: workspace.token,
    SLACK_SIGNING_SECRET: workspace.signingSecret,
    SLACK_API_URL: `http://127.0.0.1:${proxyPort}/api/`,
    CMR_API_KEY: apiKey,
    CMR_API_URL: `${sandbox.url}/api/v1/integration`,
    DATABASE_URL: `file:${join(folder, 'cmr.db')}`,
    PORT: String(botPort),
    HOST: '127.0.0.1',
    CMR_ADMINS: ana.id,
    CMR_DEFAULT_ROLE: options.role ?? 'operator',
    CMR_ALERTS_CHANNEL: alerts.id,
    LOG_LEVEL: 'silent',
    ...options.env,
  }
  const botUrl = `http://127.0.0.1:${botPort}`
  let bot: Bot | undefined
  if (options.withBot !== false) {
    const parsed = parseConfig(env)
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults))
    bot = await startBot(parsed.config, {})
    cleanups.push(() => bot?.stop())
  }
  const sent = createInteractions({
    workspace,
    conversation,
    views,
    replies,
    send: createSender(`${botUrl}/slack/events`, workspace.signingSecret),
    responseUrl: `http://127.0.0.1:${respondPort}/`,
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

  const world = {
    ana,
    omar,
    vera,
    alerts,
    ops,
    env,
    slack,
    botUrl,
    interactions,
    control,
    modalOf: (person: string): View | undefined => conversation.snapshot().modals[person]?.at(-1),
    home: (person: string): View | undefined => conversation.snapshot().homes[person],
    messages: (channel: string): readonly Message[] =>
      conversation.snapshot().messages.filter((one) => one.channel === channel),
    async look(path: string) {
      return (await fetch(`${sandbox.url}/sandbox/${path}`)).json()
    },
    /** What reached CMR at one endpoint. */
    async requests(endpoint: string): Promise<{ body: unknown; query: unknown; key: string }[]> {
      return (await world.look('requests')).filter((one: { endpoint: string }) => one.endpoint === endpoint)
    },
    /** Says something in #ops. */
    say: (line: string, person = ana.id) => interactions.command(person, ops.id, line),
    /** Everything in #ops, as one text. */
    read: () => JSON.stringify(world.messages(ops.id)),
    sees: (text: string | RegExp) => vi.waitFor(() => expect(world.read()).toMatch(text), { timeout: 8000 }),
    async opened(
      person = ana.id,
      ready: (view: View) => boolean = (view) => view.submit !== null,
    ): Promise<View> {
      return vi.waitFor(
        () => {
          const view = world.modalOf(person)
          if (!view || !ready(view)) throw new Error('no form is open')
          return view
        },
        { timeout: 8000 },
      )
    },
    /** Submits the form that is open with these values by field. */
    submit: (values: Record<string, string>, person = ana.id) => {
      const view = world.modalOf(person)
      if (!view) throw new Error('no form is open')
      return interactions.submit({ person, view: view.id, values: stateOf(view, values) })
    },
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

/** Values by field, as Slack sends them of each kind of element. */
export function stateOf(view: View, values: Record<string, string>): Record<string, unknown> {
  const inputs = view.blocks.filter((block) => block.type === 'input')
  return Object.fromEntries(
    inputs.map((block) => {
      const element = block.element as {
        type: string
        action_id: string
        initial_value?: string
        initial_option?: object
      }
      const value = values[String(block.block_id)]
      const chosen =
        value === undefined
          ? (element.initial_option ?? null)
          : { value, text: { type: 'plain_text', text: value } }
      if (element.type === 'file_input') {
        const files = value ? value.split(' ').map((id) => ({ id })) : []
        return [block.block_id, { [element.action_id]: { type: element.type, files } }]
      }
      const state = /select|radio/.test(element.type)
        ? { type: element.type, selected_option: chosen }
        : { type: element.type, value: value ?? element.initial_value ?? null }
      return [block.block_id, { [element.action_id]: state }]
    }),
  )
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(() => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(() => resolve()))
  })
  return (server.address() as AddressInfo).port
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
