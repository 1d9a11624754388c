import { randomInt } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Cleanup = () => Promise<void> | void

export async function listening(server: Server, cleanups: Cleanup[]): Promise<number> {
  // After Node's own five seconds a request may meet the closing of its idle connection.
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(() => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(() => resolve()))
  })
  return (server.address() as AddressInfo).port
}

/** Each worker of vitest has ports of its own: two that looked for one at the same time would get the same. */
const PORTS = 1500
const firstPort = 10_000 + (Number(process.env.VITEST_POOL_ID ?? 0) % 15) * PORTS
let nextPort = randomInt(PORTS)

/**
 * A port for somebody who listens later. From below those that the system hands out (32768 on Linux): one of
 * those may be another test's by then.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = firstPort + (nextPort++ % PORTS)
    const server = createServer()
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true))
    })
    if (!free) continue
    await new Promise((resolve) => server.close(resolve))
    return port
  }
}
