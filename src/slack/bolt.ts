import { createRequire } from 'node:module'
import type * as bolt from '@slack/bolt'

// Part by part, and as the CommonJS it is: by its own entrance Bolt brings Express and AWS along, a tenth of the
// start.
const part = createRequire(import.meta.url)

export const App: typeof bolt.App = part('@slack/bolt/dist/App').default
export const HTTPReceiver: typeof bolt.HTTPReceiver = part('@slack/bolt/dist/receivers/HTTPReceiver').default
export const SocketModeReceiver: typeof bolt.SocketModeReceiver = part(
  '@slack/bolt/dist/receivers/SocketModeReceiver',
).default
