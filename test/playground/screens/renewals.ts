import { setTimeout as sleep } from 'node:timers/promises'
import { go, type Journey, say, takeAll, widthOf } from './studio.ts'

/** The forecast, a diagnosis with its fix, the digest, the reminders and App Home. */
export const renewals: Journey = async (page, studio) => {
  const { domain } = (await studio.rows('subscriptions')).at(widthOf(page) < 1000 ? 3 : 2) ?? {}
  for (const [at, line] of ['renewals', 'renewals 45d', `diagnose ${domain}`].entries()) {
    await say(page, `/cmr ${line}`)
    await sleep(4000)
    await studio.take(page, `renewals-${at}`)
  }
  await takeAll(page, 'renewals', studio)
  await say(page, '/cmr digest show')
  await sleep(2000)
  await studio.take(page, 'renewals-digest')
  await go(page, /cmr-alerts/)
  // What is read after the start is looked at a minute later.
  await page
    .getByText(/unless somebody renews/)
    .first()
    .waitFor({ timeout: 90_000 })
  await studio.take(page, 'renewals-reminders')
  await go(page, /Home/)
  await sleep(2000)
  await studio.take(page, 'renewals-home')
}
