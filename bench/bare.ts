import { App, HTTPReceiver, LogLevel } from '@slack/bolt'

// What `bench/main.ts` compares with: Bolt alone, and a route that neither parses nor stores.
const receiver = new HTTPReceiver({
  signingSecret: process.env.SLACK_SIGNING_SECRET ?? '',
  logLevel: LogLevel.ERROR,
  customRoutes: [
    { path: '/healthz', method: 'GET', handler: (_, response) => void response.end('ok') },
    {
      path: '/webhooks/cmr',
      method: 'POST',
      handler: (request, response) => {
        request.on('data', () => undefined).on('end', () => response.writeHead(200).end('{"ok":true}'))
      },
    },
  ],
})
const app = new App({
  receiver,
  logLevel: LogLevel.ERROR,
  authorize: async () => ({ botToken: 'xoxb-bench', botId: 'B1', botUserId: 'U1' }),
})
app.command('/cmr', async ({ ack }) => ack())
await receiver.start({ port: Number(process.env.PORT), host: '127.0.0.1' })
