import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'

/** As much of Slack as Socket Mode needs, which a test makes fail. */
export interface SocketSlack {
  /** For `SLACK_API_URL`. */
  readonly url: string
  /** Resolves with the first connection. */
  readonly connected: Promise<WebSocket>
  /** The connections that are open. */
  open(): WebSocket[]
  /** How often `apps.connections.open` was called. */
  asked(): number
  /** What the bot has posted, as one text. */
  posted(): string
  /** What it is answered instead: one of Slack's words, or `broken` for a connection that is cut. */
  refuse(how: string | undefined): void
  /** Keeps back the answers to `apps.connections.open`. @returns how to give them */
  hold(): () => void
}

/** `apps.connections.open` and a socket that says hello. */
export async function startSocketSlack(): Promise<SocketSlack> {
  const sockets = new WebSocketServer({ noServer: true })
  let asked = 0
  let posted = ''
  let refusal: string | undefined
  let held: Promise<void> | undefined
  const server = createServer(async (request, response) => {
    const { port } = server.address() as AddressInfo
    const opens = request.url?.includes('apps.connections.open')
    if (opens) asked++
    if (request.url?.includes('chat.postMessage'))
      request.setEncoding('utf8').on('data', (body) => {
        posted += body
      })
    if (opens) await held
    if (opens && refusal === 'broken') return void response.destroy()
    const answer = opens
      ? { ok: !refusal, error: refusal, url: `ws://127.0.0.1:${port}/link` }
      : { ok: true, user_id: 'U1', team_id: 'T1', bot_id: 'B1', user: { id: 'U1', team_id: 'T1' } }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  })
  server.on('upgrade', (request, socket, head) =>
    sockets.handleUpgrade(request, socket, head, (one) => sockets.emit('connection', one)),
  )
  const connected = new Promise<WebSocket>((resolve) => {
    sockets.on('connection', (socket: WebSocket) => {
      socket.send(JSON.stringify({ type: 'hello', num_connections: 1, connection_info: { app_id: 'A1' } }))
      resolve(socket)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets.clients) socket.terminate()
    server.closeAllConnections()
    server.close()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`,
    connected,
    open: () => [...sockets.clients].filter((one) => one.readyState === one.OPEN),
    asked: () => asked,
    posted: () => decodeURIComponent(posted.replaceAll('+', ' ')),
    refuse(how) {
      refusal = how
    },
    hold() {
      const { promise, resolve } = Promise.withResolvers<void>()
      held = promise
      return resolve
    },
  }
}

/** What the bot sends back by the connection. */
type Acknowledgement = { envelope_id: string; payload?: { text?: string } }

/** Sends `/cmr …` by a connection, as Slack does. @returns what is acknowledged from now on */
export function sendCommand(socket: WebSocket, envelope_id: string, text: string): Acknowledgement[] {
  const acknowledged: Acknowledgement[] = []
  socket.on('message', (raw) => acknowledged.push(JSON.parse(String(raw))))
  const payload = {
    command: '/cmr',
    text,
    user_id: 'U1',
    team_id: 'T1',
    channel_id: 'C1',
    trigger_id: '1.1',
    response_url: '',
  }
  socket.send(
    JSON.stringify({ type: 'slash_commands', envelope_id, accepts_response_payload: true, payload }),
  )
  return acknowledged
}
