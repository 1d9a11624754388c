import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import type { Endpoint } from '../../src/cmr/endpoint.ts'
import { readBody } from '../../src/playground/proxy.ts'

/** A request on its way from the bot to CMR. */
export interface Passing {
  readonly body: unknown
  /** Lets it arrive. @returns CMR's answer, which the bot does not have yet */
  carry(): Promise<Reply>
  /** Hands the bot an answer. It is on the bot's socket when this returns. */
  reply(reply: Reply): void
}

export interface Reply {
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: string
}

/** The line between the bot and CMR. */
export interface Line {
  /** The bot's `CMR_API_URL`. */
  readonly url: string
  /** What becomes of the requests of the endpoint that is watched; the others pass. A test changes it. */
  meet: (passing: Passing) => void | Promise<void>
}

/** As if nobody watched. */
export const pass: Line['meet'] = async ({ carry, reply }) => reply(await carry())

/** Lays a line to CMR on which the requests of one endpoint can be seen, held and cut, at the very moment. */
export async function layLine(cmrUrl: string, watched: Endpoint): Promise<Line> {
  const base = new URL(cmrUrl)
  async function serve(request: IncomingMessage, response: ServerResponse) {
    const body = (await readBody(request)).toString()
    const carry = async (): Promise<Reply> => {
      const { host: _, connection: __, ...headers } = request.headers
      const answer = await fetch(new URL(request.url ?? '/', base), {
        method: request.method ?? 'GET',
        headers: headers as Record<string, string>,
        ...(body && { body }),
      })
      return {
        status: answer.status,
        headers: { 'content-type': answer.headers.get('content-type') ?? '' },
        body: await answer.text(),
      }
    }
    const reply = ({ status, headers, body }: Reply) => void response.writeHead(status, headers).end(body)
    const path = new URL(request.url ?? '/', base).pathname
    const isWatched = request.method === watched.method && path === base.pathname + watched.path
    if (isWatched) await line.meet({ body: body && JSON.parse(body), carry, reply })
    else reply(await carry())
  }
  // Without CMR at its other end it is dead.
  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const line: Line = { url: `http://127.0.0.1:${port}${base.pathname}`, meet: pass }
  return line
}
