import type { IncomingMessage, ServerResponse } from 'node:http'
import type { App, Receiver } from '@slack/bolt'
import type { Logger } from 'pino'
import { type HttpRoute, readBody } from '../http/server.ts'
import { parseSlackBody, type SlackBody } from './request-body.ts'
import { scrubForOneReader } from './scrub.ts'
import { isSignedBySlack } from './signature.ts'

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
