import { existsSync } from 'node:fs'
import { enableCompileCache, flushCompileCache } from 'node:module'
import { constants } from 'node:os'
import { setFlagsFromString } from 'node:v8'

// Before anything else is imported: what comes before it is stripped of its types and compiled at every start.
enableCompileCache()
// Loading the modules leaves so much garbage that the young generation would grow to 130 MB and keep them.
setFlagsFromString('--semi-space-growth-factor=1')
const { EX_CONFIG, parseConfig } = await import('./config.ts')

if (existsSync('.env')) process.loadEnvFile('.env')
const parsed = parseConfig(process.env)
const faults = parsed.ok ? [] : parsed.faults.map(({ name, expected }) => `  ${name}: expected ${expected}`)
if (!parsed.ok) stopFor(faults)
const { config } = parsed
for (const warning of parsed.warnings) console.warn(warning)

const { readCorrections } = await import('./cmr/corrections.ts')
const corrected = readCorrections(config.CMR_ENDPOINTS_FILE)
if (!corrected.ok) stopFor(corrected.faults.map((fault) => `  CMR_ENDPOINTS_FILE: ${fault}`))

const { startBot } = await import('./app.ts')
const bot = await startBot(config, corrected.corrections).catch((error: unknown) => {
  console.error(`The bot cannot start: ${error instanceof Error ? error.message : error}`)
  process.exit(1)
})

// From here on webhooks are taken, and no library's mistake may end that. What goes wrong before fails the start.
process.on('unhandledRejection', bot.noteUnexpected)
process.on('uncaughtException', bot.noteUnexpected)

// Otherwise only a process that ends by itself leaves it behind.
flushCompileCache()
setFlagsFromString('--semi-space-growth-factor=2')

/** Ctrl+C under npm arrives twice: from the terminal, and passed on by npm. */
const SAME_SIGNAL_MS = 200
let stoppingSince: number | undefined

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stopOn(signal))

function stopOn(signal: 'SIGTERM' | 'SIGINT') {
  if (stoppingSince !== undefined) {
    if (performance.now() - stoppingSince < SAME_SIGNAL_MS) return
    process.exit(128 + constants.signals[signal])
  }
  stoppingSince = performance.now()
  bot.stop().then(
    () => process.exit(0),
    (error: unknown) => {
      console.error(`The bot did not stop cleanly: ${error instanceof Error ? error.message : error}`)
      process.exit(1)
    },
  )
}

/** Names every fault at once, and never a value: it may be a secret. */
function stopFor(lines: readonly string[]): never {
  console.error(`Wrong settings:\n${lines.join('\n')}\nREADME.md lists them all.`)
  process.exit(EX_CONFIG)
}
