import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { Endpoint } from '../cmr/endpoint.ts'
import { allEndpoints } from '../cmr/endpoints/index.ts'
import { type InjectedFault, messages, strike, withoutItems } from './faults.ts'
import { accountHandlers } from './handlers/account.ts'
import { domainHandlers } from './handlers/domains.ts'
import { exportHandlers } from './handlers/exports.ts'
import type { Handler } from './handlers/handler.ts'
import { mailboxHandlers } from './handlers/mailboxes.ts'
import { orderHandlers } from './handlers/orders.ts'
import { prewarmHandlers } from './handlers/prewarm.ts'
import { subscriptionHandlers } from './handlers/subscriptions.ts'
import { userHandlers } from './handlers/users.ts'
import { customer, SandboxRefusal, type World } from './world.ts'

/** Handlers by endpoint id. A test checks that none is missing. */
export const handlers: Readonly<Record<string, Handler>> = {
  ...userHandlers,
  ...domainHandlers,
  ...orderHandlers,
  ...mailboxHandlers,
  ...subscriptionHandlers,
  ...exportHandlers,
  ...prewarmHandlers,
  ...accountHandlers,
}

export const basePath = '/api/v1/integration'

/** Requests that are remembered; then the older half is forgotten. */
const MOST_SEEN = 20_000

/** How often a request that is held looks whether it still is. */
const HELD_MS = 5

/** A request as the control path `requests` lists it. */
export interface SeenRequest {
  readonly at: string
  readonly endpoint: string
  readonly method: string
  readonly path: string
  readonly query: Record<string, string>
  readonly body: unknown
  readonly key: 'ok' | 'wrong'
  status: number
}

/** The state of the API; the control paths change it. */
export interface ApiState {
  readonly world: World
  /** The key that is accepted. */
  apiKey: string
  readonly faults: InjectedFault[]
  readonly seen: SeenRequest[]
  /** Requests a second and key; 0 counts none. */
  perSecond: number
}

/** Serves every declared endpoint. */
export function createApi(state: ApiState) {
  const recent: number[] = []

  return async function api(request: IncomingMessage, response: ServerResponse, raw: Buffer): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://sandbox')
    const path = url.pathname.slice(basePath.length)
    const endpoint = allEndpoints.find((one) => one.method === request.method && one.path === path)
    const send = (
      status: number,
      message: string,
      more: object = {},
      headers: Record<string, string> = {},
    ) => {
      entry.status = status
      response.writeHead(status, { 'content-type': 'application/json', ...headers })
      response.end(JSON.stringify({ status, message, data: null, ...more }))
    }
    const given =
      request.headers[endpoint?.credential === 'sandbox' ? 'cmr-x-sandbox-api-key' : 'cmr-x-api-key']
    const entry: SeenRequest = {
      at: new Date().toISOString(),
      endpoint: endpoint?.id ?? '',
      method: request.method ?? '',
      path,
      query: Object.fromEntries(url.searchParams),
      body: await bodyOf(request, raw),
      key: given === state.apiKey ? 'ok' : 'wrong',
      status: 0,
    }
    state.seen.push(entry)
    if (state.seen.length > MOST_SEEN) state.seen.splice(0, MOST_SEEN / 2)
    if (!endpoint) return send(404, 'Not found')
    // CMR counts a request when it arrives, whatever it answers.
    const now = Date.now()
    while (recent[0] !== undefined && recent[0] <= now - 1000) recent.shift()
    if (state.perSecond > 0 && recent.length >= state.perSecond)
      return send(429, 'Too many requests', {}, { 'retry-after': '1' })
    recent.push(now)

    const fault = strike(state.faults, endpoint.id)
    if (fault) {
      if (fault.fault === 'timeout') return
      if (fault.fault === 'dropped') return void response.destroy()
      if (fault.fault === 'slow') await sleep(fault.delayMs)
      while (fault.fault === 'held' && state.faults.includes(fault) && !response.destroyed)
        await sleep(HELD_MS)
      if (fault.fault === 'garbage')
        return void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Welcome</html>')
      const status = fault.refusedWith ?? fault.fault
      const refusal = messages[status]
      if (refusal)
        return send(
          Number(status),
          fault.message ?? refusal,
          {},
          status === '429' ? { 'retry-after': fault.retryAfter ?? '1' } : {},
        )
    }
    if (entry.key === 'wrong') return send(401, 'Invalid API Key')

    const answered = answer(endpoint, entry, fault)
    if (fault?.fault === 'accepted-timeout') return
    if (fault?.fault === 'accepted-dropped') return void response.destroy()
    send(answered.status, answered.message, answered.more)
  }

  function answer(
    endpoint: Endpoint,
    { query, body }: SeenRequest,
    fault?: InjectedFault,
  ): { status: number; message: string; more: object } {
    try {
      if ('userId' in endpoint.query.shape && !query.userId)
        throw new SandboxRefusal(400, 'Please provide a userId')
      const askedQuery = typed(endpoint.query).safeParse(query)
      const askedBody = bodySchema(endpoint).safeParse(
        endpoint.body instanceof z.ZodUndefined ? undefined : body,
      )
      const issue = askedQuery.error?.issues[0] ?? askedBody.error?.issues[0]
      if (issue) throw new SandboxRefusal(422, `Parameter error: ${issue.path.join('.') || 'body'}`)
      // A wrong userId answers an empty list there, and nowhere else.
      const { userId } = { ...query, ...(body as object) } as { userId?: unknown }
      if (userId !== undefined && endpoint.id !== 'domains.list') customer(state.world, userId)
      const handler = handlers[endpoint.id]
      if (!handler) throw new SandboxRefusal(500, `The sandbox has no ${endpoint.id}`)
      const asked = {
        query: (askedQuery.data ?? {}) as Record<string, unknown>,
        body: (askedBody.data ?? {}) as Record<string, unknown>,
      }
      const partly =
        fault?.fault === 'items'
          ? withoutItems(
              endpoint,
              asked.body,
              fault.items ?? [],
              fault.message ?? 'It cannot be changed now.',
            )
          : undefined
      if (partly?.isEmpty) return { status: 200, message: 'Processed', more: { data: partly.tell(null) } }
      const {
        status = 200,
        message,
        data = null,
        actionId,
      } = handler(state.world, { ...asked, ...(partly && { body: partly.body }) })
      const told = partly ? partly.tell(data) : data
      return { status, message, more: { data: told, ...(actionId && { actionId }) } }
    } catch (error) {
      if (!(error instanceof SandboxRefusal)) throw error
      return { status: error.status, message: error.message, more: { data: error.data } }
    }
  }
}

/** Query parameters arrive as text; numbers are read from it as the schema wants. */
function typed(schema: z.ZodObject): z.ZodType {
  return z.preprocess((given) => {
    const values = { ...(given as Record<string, unknown>) }
    for (const [name, value] of Object.entries(values)) {
      const field = schema.shape[name]
      if (field && !field.safeParse(value).success && field.safeParse(Number(value)).success)
        values[name] = Number(value)
    }
    return values
  }, schema)
}

/** Reads the body as CMR does: some lists may be missing or empty, which means everything (`Endpoint.withoutItems`). */
function bodySchema({ body, narrowedBy, withoutItems }: Endpoint): z.ZodType {
  if (withoutItems !== 'everything' || !(body instanceof z.ZodObject)) return body
  const lists = Object.fromEntries(narrowedBy.map((name) => [name, z.array(z.string()).optional()]))
  return body.extend(lists)
}

async function bodyOf(request: IncomingMessage, raw: Buffer): Promise<unknown> {
  const type = request.headers['content-type'] ?? ''
  if (raw.length === 0) return undefined
  if (!type.includes('multipart')) return parse(raw.toString())
  const form = await new Response(new Uint8Array(raw), { headers: { 'content-type': type } }).formData()
  const files: Record<string, Blob> = {}
  const fields: Record<string, unknown> = {}
  for (const [name, value] of form) {
    const address = /^files\[(.+)\]$/.exec(name)?.[1]
    if (address && value instanceof Blob) files[address] = value
    else fields[name] = parse(String(value))
  }
  return { ...fields, files }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
