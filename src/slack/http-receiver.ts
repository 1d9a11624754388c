import { createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { App, Receiver } from '@slack/bolt'
import type { Logger } from 'pino'
import { type HttpRoute, readBody } from '../http/server.ts'
import { scrubForOneReader } from './scrub.ts'

/** Slack sends at most a view, which has 100 blocks. */
const MAX_BYTES = 1024 * 1024

/**
 * Bolt's receiver over the bot's own HTTP server: verifies, parses and acknowledges what Slack posts to
 * `/slack/events`. Unlike Bolt's own it takes any request line and any signed body without throwing.
 * @param parts.now in milliseconds since 1970
 */
export function createHttpReceiver(parts: {
  readonly signingSecret: string
  readonly logger: Logger
  readonly now?: () => number
}): { readonly receiver: Receiver; readonly route: HttpRoute } {
  const { signingSecret, logger, now = Date.now } = parts
  let app: App | undefined

  async function handle(request: IncomingMessage, response: ServerResponse) {
    const rawBody = await readBody(request, MAX_BYTES)
    if (!rawBody) return
    if (rawBody === 'too large') {
      response.shouldKeepAlive = false
      return answer(response, 413)
    }
    if (!isSignedBySlack(rawBody, request.headers, signingSecret, now())) {
      logger.warn('a request to /slack/events without a valid signature was refused')
      return answer(response, 401)
    }
    const body = parseSlackBody(rawBody, request.headers['content-type'])
    if (!body) return answer(response, 400)
    // "Slack will occasionally send your command's request URL a simple request to verify the certificate."
    if (body.ssl_check === '1') return answer(response, 200)
    if (body.type === 'url_verification') return answer(response, 200, { challenge: body.challenge })
    await dispatch(body, request, response)
  }

  async function dispatch(body: SlackBody, request: IncomingMessage, response: ServerResponse) {
    const retryNum = Number(request.headers['x-slack-retry-num'])
    const retryReason = request.headers['x-slack-retry-reason']
    try {
      await app?.processEvent({
        body,
        ...(Number.isInteger(retryNum) && { retryNum }),
        ...(typeof retryReason === 'string' && { retryReason }),
        ack: async (said) => answer(response, 200, scrubForOneReader(said)),
      })
    } catch (error) {
      logger.error({ err: error }, 'Bolt could not process a request of Slack')
      return answer(response, 500)
    }
    // Without a listener this lets Slack show the error at once instead of after three seconds.
    answer(response, 404)
  }

  return {
    receiver: {
      init(bolt) {
        app = bolt
      },
      // The server is started and closed by whoever serves the route.
      start: async () => undefined,
      stop: async () => undefined,
    },
    route: { path: '/slack/events', methods: ['POST'], handle },
  }
}

/** Answers once; what comes after the first answer is too late. */
function answer(response: ServerResponse, status: number, said?: unknown) {
  if (response.headersSent) return
  const isText = said === undefined || said === '' || typeof said === 'string'
  const text = isText ? String(said ?? '') : JSON.stringify(said)
  const type = isText ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8'
  const bytes = Buffer.from(text)
  response
    .writeHead(status, { ...(text && { 'content-type': type }), 'content-length': bytes.length })
    .end(bytes)
}

/** Older or newer requests may be replayed ones ("Verifying requests from Slack"). */
const WINDOW_S = 5 * 60

/**
 * Tells whether a request comes from Slack ("Verifying requests from Slack").
 * @param rawBody the bytes as they came: the signature is made over them
 * @param now in milliseconds since 1970
 */
export function isSignedBySlack(
  rawBody: Buffer,
  headers: IncomingHttpHeaders,
  signingSecret: string,
  now: number,
): boolean {
  const { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': signature } = headers
  if (typeof timestamp !== 'string' || !/^\d{1,12}$/.test(timestamp)) return false
  if (Math.abs(now / 1000 - Number(timestamp)) > WINDOW_S) return false
  const expected = createHmac('sha256', signingSecret)
    .update(`v0:${timestamp}:`)
    .update(rawBody)
    .digest('hex')
  const given = Buffer.from(String(signature))
  const wanted = Buffer.from(`v0=${expected}`)
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}

/** Parses a request of Slack into an object whose fields are checked where they are used. */
export type SlackBody = Record<string, unknown>

/**
 * Parses what Slack posts: JSON for events, a form for commands, JSON inside a form's `payload` for everything that
 * people do in messages and views ("Handling user interaction").
 * @returns undefined where it holds no object
 */
export function parseSlackBody(rawBody: Buffer, contentType = ''): SlackBody | undefined {
  const text = rawBody.toString()
  if (/^application\/json\b/i.test(contentType)) return objectIn(text)
  const form = new URLSearchParams(text)
  const payload = form.get('payload')
  return payload === null ? Object.fromEntries(form) : objectIn(payload)
}

function objectIn(text: string): SlackBody | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as SlackBody)
      : undefined
  } catch {
    return undefined
  }
}
