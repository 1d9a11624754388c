import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Logger } from 'pino'

/** What answers at one path. */
export interface HttpRoute {
  readonly path: string
  /** Any other method is answered 405. */
  readonly methods: readonly string[]
  /** Answers the request. What it throws is logged and answered 500. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>
}

/** The bot's HTTP server. */
export interface HttpServer {
  /** @throws where the port is taken, or the host is none of this machine's addresses */
  listen(port: number, host: string): Promise<void>
  /**
   * Takes no more: idle and silent connections are closed at once. Resolves when every request that has begun is
   * answered.
   */
  close(): Promise<void>
  /** Closes what is still open, whatever it waits for. */
  closeAll(): void
}

/** Slack and CMR send small requests at once; whoever takes longer than this keeps a connection for nothing. */
const HEADERS_MS = 10_000
const REQUEST_MS = 30_000
/** Longer than load balancers keep an idle connection: the side that sends must be the one that closes it. */
const KEEP_ALIVE_MS = 65_000

/**
 * Serves routes on one port. No request, however odd, throws out of it: a request line is compared as text and
 * never parsed as a URL, and what Node's parser refuses is answered 400 by Node.
 */
export function createHttpServer(routes: readonly HttpRoute[], logger: Logger): HttpServer {
  const byPath = new Map(routes.map((route) => [route.path, route]))
  const silent = new Set<Socket>()
  let closing = false

  const server = createServer(
    { headersTimeout: HEADERS_MS, requestTimeout: REQUEST_MS, keepAliveTimeout: KEEP_ALIVE_MS },
    (request, response) => {
      silent.delete(request.socket)
      if (closing) response.shouldKeepAlive = false
      response.on('close', () => {
        // A connection that was kept alive is idle from now on.
        if (closing) server.closeIdleConnections()
      })
      void respond(request, response)
    },
  )
  // Node counts a connection that has never sent anything among the busy ones.
  server.on('connection', (socket) => {
    silent.add(socket)
    socket.once('close', () => silent.delete(socket))
  })

  async function respond(request: IncomingMessage, response: ServerResponse) {
    const route = byPath.get(pathOf(request.url ?? ''))
    if (!route) return refuse(response, 404)
    if (!route.methods.includes(request.method ?? ''))
      return refuse(response, 405, { allow: route.methods.join(', ') })
    try {
      await route.handle(request, response)
    } catch (error) {
      logger.error({ err: error, path: route.path }, 'a request could not be answered')
      if (response.headersSent) response.destroy()
      else refuse(response, 500)
    }
  }

  return {
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        server.once('error', reject)
        server.listen(port, host, () => {
          server.off('error', reject)
          server.on('error', (error) => logger.error({ err: error }, 'the HTTP server has an error'))
          resolve()
        })
      }),
    close: () =>
      new Promise((resolve) => {
        closing = true
        server.close(() => resolve())
        server.closeIdleConnections()
        for (const socket of silent) if (socket.bytesRead === 0) socket.destroy()
      }),
    closeAll: () => server.closeAllConnections(),
  }
}

/**
 * Returns the path of a request line, without a query and one trailing slash. Not by `new URL`, which throws for
 * `//`. A proxy may send the absolute form (RFC 9112, section 3.2.2).
 */
export function pathOf(target: string): string {
  const [path = ''] = target.replace(/^https?:\/\/[^/?]*/i, '').split('?', 1)
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
}

function refuse(response: ServerResponse, status: number, headers: Record<string, string> = {}) {
  response.writeHead(status, { 'content-length': 0, ...headers }).end()
}

/**
 * Reads the body of a request.
 * @param limit in bytes; a larger body is read to its end but not kept
 * @returns 'too large' as soon as the limit is passed; undefined if the connection ended before the body did
 */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer | 'too large' | undefined> {
  return new Promise((resolve) => {
    let chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= limit) chunks.push(chunk)
      else {
        chunks = []
        resolve('too large')
      }
    })
    request.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)))
    request.on('error', () => resolve(undefined))
    request.on('close', () => resolve(undefined))
  })
}
