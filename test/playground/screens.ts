/**
 * Pictures of everything that people see, at the width of a desk and of a phone, to be looked at:
 * `node test/playground/screens.ts DIRECTORY [forms|flows|results|orders|imports|stories|alerts|renewals|diagnose]`. By hand; no test.
 */
import { mkdirSync } from 'node:fs'
import { startPlayground } from '../../src/playground/playground.ts'
import { startSandbox } from '../../src/sandbox/sandbox.ts'
import { launchChromium } from '../support/chromium.ts'
import { alerts, fireAll } from './screens/alerts.ts'
import { diagnose } from './screens/diagnose.ts'
import { flows } from './screens/flows.ts'
import { forms } from './screens/forms.ts'
import { imports } from './screens/imports.ts'
import { orders } from './screens/orders.ts'
import { renewals } from './screens/renewals.ts'
import { results } from './screens/results.ts'
import { stories } from './screens/stories.ts'
import { go, openStudio } from './screens/studio.ts'

const journeys = { forms, flows, results, orders, imports, stories, alerts, renewals, diagnose }
const starts: Record<string, RegExp> = { forms: /billing/, alerts: /cmr-alerts/ }
/** High enough for the longest form. */
const HEIGHT = 1400

const [directory = 'screens', only] = process.argv.slice(2)
mkdirSync(directory, { recursive: true })
const playground = await startPlayground({ port: 0, startSandbox })
const browser = await launchChromium()
const studio = openStudio(playground.url, directory)
const chosen = Object.entries(journeys).filter(([name]) => !only || only === name)
try {
  if (chosen.some(([name]) => name === 'alerts')) await fireAll(studio)
  for (const width of [1280, 390]) {
    const page = await browser.newPage({ viewport: { width, height: HEIGHT } })
    await page.goto(playground.url)
    await page.getByText('Enter sends').waitFor()
    for (const [name, journey] of chosen) {
      await go(page, starts[name] ?? /ops/)
      await journey(page, studio)
    }
    await page.close()
  }
} finally {
  await browser.close()
  await playground.close()
}
