import { expect, test } from 'vitest'
import { buttonsIn, confirm } from '../../support/clicks.ts'
import { eventually } from '../../support/eventually.ts'
import { order, press, receiptOf, says, thread, worldOfOrders } from '../../support/own-orders.ts'

test('an order is not done before it can send: one confirmation adds what is missing for all its domains', async () => {
  const world = await worldOfOrders({ pace: 0.05 })
  await order(world, ['one.com', 'two.com'], 'jane Jane Doe')
  await says(world, /Ordered; not able to send yet\*: SPF, DMARC missing on 2 domains/)
  expect(JSON.stringify(receiptOf(world).blocks)).not.toMatch(/\*Done/)
  await eventually(() => {
    const told = thread(world).filter(({ text }) => /not able to send yet|is done/.test(text))
    expect(told.map(({ text }) => text)).toEqual([
      expect.stringMatching(
        new RegExp(`<@${world.ana.id}>.*one\\.com.*not able to send yet: SPF, DMARC missing`),
      ),
    ])
  })
  const news = thread(world).findLast(({ text }) => text.includes('not able to send yet'))
  expect(buttonsIn(news?.blocks ?? []).map((one) => one.text.text)).toContain('Add what is missing')

  await press(world, receiptOf(world), 'Add what is missing')
  const question = JSON.stringify(
    await world.opened(world.ana.id, (view) => JSON.stringify(view).includes('Add 4 records')),
  )
  // DMARC as CMR writes it, and what is left to the provider.
  expect(question).toMatch(/one\.com.*v=spf1 include:_spf\.google\.com ~all.*_dmarc.*sp=reject.*two\.com/)
  expect(question).toMatch(/Left to do by hand.*DKIM of \*one\.com, two\.com\* is created by Google/)
  await confirm(world)
  await says(world, /\*Done, able to send\*.*Left to do at the mail provider: DKIM for one\.com, two\.com/)
  const own = thread(world).find(({ blocks }) => JSON.stringify(blocks).includes('Adding *4 records*'))
  await eventually(() =>
    expect(JSON.stringify(thread(world).find(({ ts }) => ts === own?.ts))).toMatch(/able to send/),
  )
  const sent = await world.requests('dns.add')
  expect(sent).toHaveLength(4)
  const values = sent.flatMap(({ body }) => (body as { records: { value: string }[] }).records)
  expect(values.map(({ value }) => value).toSorted()).toEqual([
    ...Array(2).fill('v=DMARC1; p=none'),
    ...Array(2).fill('v=spf1 include:_spf.google.com ~all'),
  ])

  // A second wish finds nothing to add.
  await world.say('/cmr dns set-up "one.com two.com"')
  await world.opened(world.ana.id, (view) => JSON.stringify(view).includes('MX, SPF and DMARC are all there'))
  expect(await world.requests('dns.add')).toHaveLength(4)
})

test('a record whose answer never came is looked for, and not added a second time', async () => {
  const world = await worldOfOrders({ pace: 0.05, deadlines: 0.01 })
  await order(world, ['once.com'], 'jane Jane Doe')
  await says(world, /not able to send yet\*: SPF, DMARC missing/)
  await world.control('webhooks', { mode: 'lost' })
  await world.control('faults', { endpoint: 'dns.add', fault: 'accepted-dropped', times: 1 })
  await press(world, receiptOf(world), 'Add what is missing')
  await world.opened(world.ana.id, (view) => JSON.stringify(view).includes('Add 2 records'))
  await confirm(world)
  await says(world, /\*Done, able to send\*/)
  expect(await world.requests('dns.add')).toHaveLength(2)
})
