import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { eventually } from '../support/eventually.ts'
import { startWorld } from '../support/world.ts'

test('in Socket Mode a command arrives by envelope, is acknowledged with its answer, and webhooks come by HTTP', async () => {
  const slack = await startSocketSlack()
  const world = await startWorld({ env: { SLACK_APP_TOKEN: 'xapp-test', SLACK_API_URL: slack.url } })
  const socket = await slack.connected
  const acknowledged: { envelope_id: string; payload?: { text?: string } }[] = []
  socket.on('message', (raw) => acknowledged.push(JSON.parse(String(raw))))
  const payload = {
    command: '/cmr',
    text: 'help',
    user_id: world.ana.id,
    team_id: 'T1',
    channel_id: 'C1',
    trigger_id: '1.1',
    response_url: '',
  }
  socket.send(
    JSON.stringify({ type: 'slash_commands', envelope_id: 'E1', accepts_response_payload: true, payload }),
  )
  await eventually(() =>
    expect(acknowledged).toMatchObject([
      { envelope_id: 'E1', payload: { text: 'What you can say to /cmr' } },
    ]),
  )
  expect(await world.webhook({ event: 'domain.expired', eventId: 's1', data: {} })).toBe(200)
  expect((await fetch(`${world.botUrl}/healthz`)).status).toBe(200)
})

/** As much of Slack as Socket Mode needs: `apps.connections.open` and a socket that says hello. */
async function startSocketSlack() {
  const sockets = new WebSocketServer({ noServer: true })
  const server = createServer((request, response) => {
    const { port } = server.address() as AddressInfo
    const answer = request.url?.includes('apps.connections.open')
      ? { url: `ws://127.0.0.1:${port}/link` }
      : { user_id: 'U1', team_id: 'T1', bot_id: 'B1' }
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ ok: true, ...answer }))
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
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`, connected }
}
