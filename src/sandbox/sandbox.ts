import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { z } from 'zod'
import { type ApiState, basePath, createApi } from './api.ts'
import { act, type Controlled, look } from './control.ts'
import { createDeliveries } from './deliveries.ts'
import { envelopeOf } from './example.ts'
import { sandboxInventory } from './handlers/prewarm.ts'
import { settle } from './lifecycle.ts'
import { seed } from './seed.ts'
import { walletPage } from './wallet-page.ts'
import { newId, type World } from './world.ts'

/** A local CMR that runs. */
export interface Sandbox {
  /** Without a path; the API is under `/api/v1/integration`, the controls under `/sandbox/`. */
  readonly url: string
  close(): Promise<void>
}

/** CMR takes files of some megabytes. */
const MAX_BYTES = 20 * 1024 * 1024

/** How often renewals and expiries are checked without a call, in milliseconds. */
const SETTLE_MS = 60_000

/**
 * Starts a local CMR: stateful, signing its webhooks, failing on demand.
 * @param options.pace factor on every delay; 0 lets everything happen at once
 * @param options.seeded whether it begins with forty customers; true unless told otherwise
 */
export async function startSandbox(options: {
  readonly apiKey: string
  readonly port?: number
  readonly webhookUrl?: string
  readonly webhookSecret?: string
  readonly pace?: number
  readonly seeded?: boolean
}): Promise<Sandbox> {
  const pace = options.pace ?? 1
  const jobs: { at: number; run: () => void }[] = []
  let offset = 0
  const deliveries = createDeliveries({
    url: options.webhookUrl,
    secret: options.webhookSecret ?? options.apiKey,
    pace,
    now: () => new Date(Date.now() + offset),
  })
  const world: World = {
    now: () => new Date(Date.now() + offset),
    settled: { until: Date.now() },
    users: new Map(),
    domains: new Map(),
    subscriptions: new Map(),
    mailboxes: new Map(),
    orders: new Map(),
    workspaces: new Map(),
    putOff: new Set(),
    unregistrable: new Map(),
    credentials: new Map(),
    reports: [],
    inventory: new Map(),
    sandboxInventory: sandboxInventory(),
    sandboxOrders: [],
    errors: [],
    wallet: { cents: 0, transactions: [] },
    later(ms, run) {
      jobs.push({ at: Date.now() + offset + ms * pace, run })
      setTimeout(runDue, ms * pace + 1).unref()
    },
    emit(event, data) {
      const eventId = newId()
      deliveries.send(event, envelopeOf(event, eventId, data), eventId)
      return eventId
    },
  }

  function runDue() {
    const now = Date.now() + offset
    const due = jobs.filter((job) => job.at <= now).sort((a, b) => a.at - b.at)
    for (const job of due) {
      jobs.splice(jobs.indexOf(job), 1)
      job.run()
    }
    if (due.length) runDue()
  }

  const state: ApiState = { world, apiKey: options.apiKey, faults: [], seen: [], perSecond: 5 }
  const api = createApi(state)
  const controlled: Controlled = {
    state,
    deliveries,
    // The clock moves a day at a time, so that one day's events can cause the next day's.
    move(ms) {
      for (let left = ms; left > 0; left -= 86_400_000) {
        offset += Math.min(left, 86_400_000)
        runDue()
        settle(world)
      }
    },
    reset() {
      for (const rows of [
        world.users,
        world.domains,
        world.subscriptions,
        world.mailboxes,
        world.orders,
        world.workspaces,
        world.putOff,
        world.unregistrable,
        world.credentials,
        world.inventory,
      ])
        rows.clear()
      for (const list of [world.reports, world.sandboxOrders, world.errors, world.wallet.transactions])
        list.length = 0
      world.wallet.cents = 0
      jobs.length = 0
      state.faults.length = 0
      state.seen.length = 0
      if (options.seeded !== false) seed(world)
    },
  }
  controlled.reset()

  async function handle(request: IncomingMessage, response: ServerResponse) {
    if (!URL.canParse(request.url ?? '/', 'http://sandbox')) return json(response, 400, { error: 'No path' })
    const path = new URL(request.url ?? '/', 'http://sandbox').pathname
    const raw = await bytesOf(request)
    if (!raw) return json(response, 413, { error: `At most ${MAX_BYTES} bytes` })
    if (path === '/') return walletPage(request, response, raw, world)
    if (path.startsWith(basePath)) return api(request, response, raw)
    const name = path.replace('/sandbox/', '')
    const answer =
      request.method === 'GET'
        ? look(name, controlled)
        : act(name, JSON.parse(raw.toString() || '{}'), controlled)
    json(response, answer === undefined ? 404 : 200, answer ?? { error: `There is nothing at ${path}` })
  }

  // A client must not meet the closing of an idle connection, as it would after Node's own five seconds.
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    handle(request, response).catch((error: unknown) => {
      const wrong = error instanceof z.ZodError || error instanceof SyntaxError
      if (!wrong) console.error(request.method, request.url, error)
      if (!response.headersSent)
        json(response, wrong ? 400 : 500, {
          error: error instanceof z.ZodError ? z.prettifyError(error) : String(error),
        })
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  const life = setInterval(() => settle(world), SETTLE_MS)
  life.unref()

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      clearInterval(life)
      deliveries.stop()
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

/** @returns nothing where there are too many */
async function bytesOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request) {
    length += (chunk as Buffer).length
    if (length <= MAX_BYTES) chunks.push(chunk as Buffer)
  }
  return length <= MAX_BYTES ? Buffer.concat(chunks) : undefined
}

function json(response: ServerResponse, status: number, body: unknown) {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
