import { enableCompileCache, flushCompileCache } from 'node:module'

/**
 * Starts the bot as `src/main.ts` does, at the pace of a test: its deadlines are `DEADLINE_FACTOR` times as long,
 * and it is not held to CMR's 5 requests a second.
 */
enableCompileCache()
const { parseConfig } = await import('../../src/config.ts')
const { startBot } = await import('../../src/app.ts')

const parsed = parseConfig(process.env)
if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults))
await startBot(parsed.config, {}, { deadlines: Number(process.env.DEADLINE_FACTOR), requestsPerSecond: 500 })
// What is killed never gets to write it, and each of two hundred would compile all of it again.
flushCompileCache()
