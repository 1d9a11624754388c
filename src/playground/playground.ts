import { randomBytes, randomInt } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BotProcess, createBot } from './bot.ts'
import { createBridge } from './bridge.ts'
import { createClock } from './clock.ts'
import { createConversation } from './conversation.ts'
import { createInteractions } from './interactions.ts'
import { buildPage, servePage } from './page-server.ts'
import { createProxy } from './proxy.ts'
import { createReplies } from './replies.ts'
import { createSender } from './slack.ts'
import type { Json } from './types.ts'
import { createViews } from './views.ts'
import { startWorkspace } from './workspace.ts'

/** The local CMR, as far as the playground needs it. */
interface PlaygroundSandbox {
  readonly url: string
  close(): Promise<void>
}

export interface Playground {
  readonly url: string
  close(): Promise<void>
}

/**
 * Starts everything: workspace, sandbox, bot and page. The page answers first; the bot's state shows on it
 * as it comes up.
 * @param options.port where the page listens, 0 for any free port
 */
export async function startPlayground(options: {
  readonly port: number
  readonly startSandbox: (settings: { apiKey: string; webhookUrl: string }) => Promise<PlaygroundSandbox>
}): Promise<Playground> {
  const conversation = createConversation()
  const directory = await mkdtemp(join(tmpdir(), 'cmr-playground-'))
  const apiKey = `playground-${randomBytes(8).toString('hex')}`
  const building = buildPage()
  const [workspace, botPort] = await Promise.all([startWorkspace(), freePort()])
  const sandbox = await options.startSandbox({
    apiKey,
    webhookUrl: `http://127.0.0.1:${botPort}/webhooks/cmr`,
  })
  for (const channel of workspace.channels) conversation.addChannel(channel)

  const views = createViews(conversation, {
    team: workspace.team.id,
    app: workspace.app.id,
    bot: workspace.app.bot,
  })
  const replies = createReplies(conversation, workspace)
  const proxy = createProxy(workspace, conversation, views, replies)
  const proxyPort = await listen(proxy, 0)
  const [admin] = workspace.people
  let bot: BotProcess

  function setRoles(defaultRole: string) {
    conversation.setPeople(
      workspace.people.map((one) => ({ ...one, role: one === admin ? 'admin' : defaultRole })),
    )
  }

  const interactions = createInteractions({
    workspace,
    conversation,
    views,
    replies,
    send: createSender(`http://127.0.0.1:${botPort}/slack/events`, workspace.signingSecret),
    responseUrl: `http://127.0.0.1:${proxyPort}/respond/`,
  })
  const askSandbox = (method: string, path: string, body?: Json) =>
    askControl(sandbox.url, method, path, body)
  // A webhook carries the time of the clock that moves, as the bot reads it.
  await askSandbox('POST', '/webhooks', { clock: 'sandbox' })
  const clock = createClock({
    askSandbox,
    bot: { setClock: (aheadMs) => bot.setClock(aheadMs), catchUp: () => bot.catchUp() },
    onMove: conversation.setClock,
  })
  const bridge = createBridge({
    workspace,
    conversation,
    interactions,
    clock,
    sandboxUrl: sandbox.url,
    sandbox: askSandbox,
    async setRole(role) {
      if (role !== 'viewer' && role !== 'operator')
        throw new Error('The role of everybody else is viewer or operator')
      await bot.restart({ CMR_DEFAULT_ROLE: role })
      setRoles(role)
    },
  })

  setRoles('operator')
  bot = createBot({
    entry: fileURLToPath(new URL('../bot-with-clock.ts', import.meta.url)),
    folder: directory,
    port: botPort,
    onStatus: conversation.setBot,
    env: {
      SLACK_BOT_TOKEN: workspace.token,
      SLACK_SIGNING_SECRET: workspace.signingSecret,
      SLACK_API_URL: `http://127.0.0.1:${proxyPort}/api/`,
      CMR_API_KEY: apiKey,
      CMR_API_URL: `${sandbox.url}/api/v1/integration`,
      CMR_SANDBOX_API_KEY: apiKey,
      CMR_SANDBOX_API_URL: `${sandbox.url}/api/v1/integration`,
      DATABASE_URL: `file:${join(directory, 'cmr.db')}`,
      PORT: String(botPort),
      HOST: '127.0.0.1',
      CMR_ADMINS: admin?.id ?? '',
      CMR_DEFAULT_ROLE: 'operator',
      CMR_ALERTS_CHANNEL: workspace.channels[0]?.id ?? '',
      // Of a year that passes within a minute, each day's alerts are posted before the next day begins.
      CMR_ALERT_PACE_MS: '20',
    },
  })
  // The bot starts last: where the port is taken, it must not stay behind.
  const page = createServer(servePage(await building, bridge))
  const port = await listen(page, options.port)
  await bot.restart()

  return {
    url: `http://localhost:${port}`,
    async close() {
      await bot.stop()
      await Promise.all([shut(page), shut(proxy), sandbox.close(), workspace.close()])
      await rm(directory, { recursive: true, force: true })
    },
  }
}

async function askControl(url: string, method: string, path: string, body?: Json) {
  const response = await fetch(`${url}/sandbox${path}`, {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return {
    status: response.status,
    body: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : { text },
  }
}

/**
 * Returns a free port below those that systems give out by themselves (32768 and above): otherwise another part of the
 * playground could get it before the bot listens.
 */
async function freePort(): Promise<number> {
  const server = createServer()
  try {
    const port = await listen(server, randomInt(20_000, 32_000))
    await shut(server)
    return port
  } catch {
    return freePort()
  }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}

function shut(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
