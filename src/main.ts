import { existsSync } from 'node:fs'
import { enableCompileCache, flushCompileCache } from 'node:module'

// Before anything else is imported: what comes before it is stripped of its types and compiled at every start.
enableCompileCache()
const { EX_CONFIG, parseConfig } = await import('./config.ts')

if (existsSync('.env')) process.loadEnvFile('.env')
const parsed = parseConfig(process.env)
const faults = parsed.ok ? [] : parsed.faults.map(({ name, expected }) => `  ${name}: expected ${expected}`)
if (!parsed.ok) stopFor(faults)
const { config } = parsed

const { readCorrections } = await import('./cmr/corrections.ts')
const corrected = readCorrections(config.CMR_ENDPOINTS_FILE)
if (!corrected.ok) stopFor(corrected.faults.map((fault) => `  CMR_ENDPOINTS_FILE: ${fault}`))

const { startBot } = await import('./bot.ts')
const bot = await startBot(config, corrected.corrections).catch((error: unknown) => {
  console.error(`The bot cannot start: ${error instanceof Error ? error.message : error}`)
  process.exit(1)
})

// Otherwise only a process that ends by itself leaves it behind.
flushCompileCache()

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    bot.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(`The bot did not stop cleanly: ${error instanceof Error ? error.message : error}`)
        process.exit(1)
      },
    )
  })
}

/** Names every fault at once, and never a value: it may be a secret. */
function stopFor(lines: readonly string[]): never {
  console.error(`Wrong settings:\n${lines.join('\n')}\nREADME.md lists them all.`)
  process.exit(EX_CONFIG)
}
