import { enableCompileCache, flushCompileCache } from 'node:module'

/**
 * The bot as `src/main.ts` starts it, at the pace of a test: it waits for CMR `PATIENCE` times as long before it
 * looks and before it asks, and is not held to CMR's 5 requests a second.
 */
enableCompileCache()
const { parseConfig } = await import('../../src/config.ts')
const { startBot } = await import('../../src/app.ts')

const parsed = parseConfig(process.env)
if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults))
await startBot(parsed.config, {}, { deadlines: Number(process.env.PATIENCE), requestsPerSecond: 500 })
// What is killed never gets to write it, and each of two hundred would compile all of it again.
flushCompileCache()
