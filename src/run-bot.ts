import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import type { Bot } from './app.ts'
import { EX_CONFIG, parseConfig, settingBehind } from './config.ts'
import type { Pace } from './foundation.ts'

/** Ctrl+C under npm arrives twice: from the terminal, and passed on by npm. */
const SAME_SIGNAL_MS = 200

/**
 * Runs the bot with the settings of the environment until a signal ends it. Wrong settings and a failed start end the
 * process with a sentence.
 */
export async function runBot(pace: Pace = {}): Promise<Bot> {
  if (existsSync('.env')) process.loadEnvFile('.env')
  const parsed = parseConfig(process.env)
  if (!parsed.ok) stopFor(parsed.faults.map(({ name, expected }) => `  ${name}: expected ${expected}`))
  const { config, warnings } = parsed
  for (const warning of warnings) console.warn(warning)

  // Imported late: who has mistyped a setting need not wait until everything is loaded.
  const { readCorrections } = await import('./cmr/corrections.ts')
  const corrected = readCorrections(config.CMR_ENDPOINTS_FILE)
  if (!corrected.ok) stopFor(corrected.faults.map((fault) => `  CMR_ENDPOINTS_FILE: ${fault}`))

  const { startBot } = await import('./app.ts')
  const bot = await startBot(config, corrected.corrections, pace).catch((error: unknown) => {
    const fault = settingBehind(error, config.HOST)
    if (fault) stopFor([`  ${fault.name}: expected ${fault.expected}`])
    console.error(`The bot cannot start: ${error instanceof Error ? error.message : error}`)
    process.exit(1)
  })

  // From here on webhooks are taken, and no library's mistake may end that. What goes wrong before fails the start.
  process.on('unhandledRejection', bot.noteUnexpected)
  process.on('uncaughtException', bot.noteUnexpected)
  stopOnSignals(bot)
  return bot
}

function stopOnSignals(bot: Bot) {
  let stoppingSince: number | undefined

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

  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stopOn(signal))
}

/** Names every fault at once, and never a value: it may be a secret. */
function stopFor(lines: readonly string[]): never {
  console.error(`Wrong settings:\n${lines.join('\n')}\nREADME.md lists them all.`)
  process.exit(EX_CONFIG)
}
