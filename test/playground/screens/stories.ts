import { setTimeout as sleep } from 'node:timers/promises'
import { go, type Journey, say } from './studio.ts'

/** One subject whose root tells three events, three hundred at once, and what quiet hours kept. */
export const stories: Journey = async (page, { rows, take, tell }) => {
  const [first, second] = await rows('subscriptions')
  const about = { domain: first?.domain, subscriptionId: first?.subscriptionId }
  for (const event of [
    'subscription.renewal.failed',
    'subscription.past_due',
    'subscription.renewal.success',
  ])
    await tell('events', { event, data: about }).then(() => sleep(2500))
  await go(page, /cmr-alerts/)
  await take(page, 'story-root')
  const thread = page.getByRole('button', { name: /\d+ repl(y|ies)/ }).last()
  if (await thread.isVisible()) await thread.click()
  await take(page, 'story-thread')
  await page.reload()
  await page.getByText('Enter sends').waitFor()
  const clock = (ms: number) => new Date(Date.now() + ms).toISOString().slice(11, 16)
  await go(page, /billing/)
  await say(page, `/cmr alerts add --quiet ${clock(-120_000)}-${clock(90_000)} --urgentPasses false`)
  for (const event of ['subscription.renewal.failed', 'domain.renewal.success', 'subscription.past_due'])
    await tell('events', { event, data: { domain: second?.domain, subscriptionId: second?.subscriptionId } })
  for (let at = 0; at < 300; at++)
    await tell('events', { event: 'mailbox.created', data: { email: `batch-${at}@acme-batch.com` } })
  await sleep(120_000)
  await take(page, 'story-digest')
  await say(page, '/cmr alerts list')
  await take(page, 'story-routes')
  await go(page, /cmr-alerts/)
  await take(page, 'story-batch')
}
