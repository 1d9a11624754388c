import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const executablePath = process.env.CHROMIUM_PATH || '/usr/bin/chromium'

/**
 * Whether browser tests can run here. Without Chromium they are skipped with one line that says so; under
 * `CI=true` a missing Chromium is a failure, so this throws.
 */
export function haveChromium(): boolean {
  if (existsSync(executablePath)) return true
  const missing = `No Chromium at ${executablePath} (CHROMIUM_PATH names another)`
  if (process.env.CI) throw new Error(missing)
  console.warn(`${missing}: browser tests are skipped.`)
  return false
}

/** A headless Chromium that asks nothing of the network but what the page does. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}
