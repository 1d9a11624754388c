import { startPlayground } from '../src/playground/playground.ts'
import { startSandbox } from '../src/sandbox/sandbox.ts'
import { launchChromium } from '../test/support/chromium.ts'
import { enterToAnswer, fillChannel } from '../test/support/playground.ts'

// The playground with 500 messages in its channel, in Chromium: the first load, and from Enter until the answer is painted.

const MESSAGES = 500
const MOST_LOAD_MS = 1000
const MOST_ANSWER_MS = 200
const LOADS = 5

const playground = await startPlayground({ port: 0, startSandbox })
const browser = await launchChromium()
const warm = await browser.newPage({ viewport: { width: 1280, height: 860 } })
await warm.goto(playground.url)
await warm.getByText('Enter sends').waitFor()
const few = await enterToAnswer(warm)
await warm.close()
await fillChannel(playground.url, MESSAGES)

const loads: number[] = []
for (let load = 0; load < LOADS; load++) {
  // A context of its own has nothing in its cache.
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 } })
  const page = await context.newPage()
  const began = performance.now()
  await page.goto(playground.url)
  await page.locator('article .body').last().waitFor()
  loads.push(performance.now() - began)
  if (load < LOADS - 1) await context.close()
}
const [page] = browser.contexts().at(-1)?.pages() ?? []
if (!page) throw new Error('No page is open')
const many = await enterToAnswer(page)
await browser.close()
await playground.close()

const load = loads.toSorted((a, b) => a - b)[Math.floor(LOADS / 2)] ?? Number.NaN
console.log(
  `playground with ${MESSAGES} messages: first load ${load.toFixed(0)} ms (at most ${MOST_LOAD_MS} ms), Enter to answer ${many.toFixed(0)} ms (at most ${MOST_ANSWER_MS} ms), ${(many / few).toFixed(1)} times that with few`,
)
if (load > MOST_LOAD_MS || many > MOST_ANSWER_MS) process.exitCode = 1
