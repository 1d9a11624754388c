import { expect, onTestFinished, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { createManualTimer } from '../support/manual-timer.ts'
import { anyUser, onStep, press, titleOf } from '../support/order-form.ts'
import { isRenewable } from '../support/renewable.ts'
import { startWorld, type World } from '../support/world.ts'

/** All that Ana's form has shown, one after the other. */
function shownTo(world: World): string[] {
  const shown: string[] = []
  onTestFinished(
    world.listen((change) => {
      if (change.type === 'modals' && change.person === world.ana.id) shown.push(titleOf(change.stack.at(-1)))
    }),
  )
  return shown
}

test('a button of a step says after a second what it waits for, and what was typed is kept', async () => {
  const time = createManualTimer()
  const world = await startWorld({ timer: time.timer })
  const user = await anyUser(world)
  await world.say(`/cmr orders create ${user.email}`)
  await world.opened(world.ana.id, onStep(2))
  await world.control('faults', { endpoint: 'domains.suggest', fault: 'held' })
  await press(world, 'orders.create:suggest', { keyword: 'kingfisher', domains: 'typed-before.com' })
  await eventually(async () => expect(await world.requests('domains.suggest')).toHaveLength(1))
  expect(titleOf(world.modalOf(world.ana.id))).not.toContain('Asking CMR')
  time.pass(1000)
  await world.opened(world.ana.id, (view) => titleOf(view).includes('Asking CMR'))
  await world.control('faults/clear', {})
  const offered = await world.opened(world.ana.id, (view) => titleOf(view).includes('kingfisher.net'))
  expect(titleOf(offered)).toContain('typed-before.com')
})

test.each([
  ['submitted', (world: World) => world.submit({ domains: 'fresh-name.com' })],
  ['asked for names', (world: World) => press(world, 'orders.create:suggest', { keyword: 'kingfisher' })],
])('what is wrong with a step that is %s stands on top of a fresh view', async (_, act) => {
  const world = await startWorld()
  const user = await anyUser(world)
  await world.say(`/cmr orders create ${user.email}`)
  await world.opened(world.ana.id, onStep(2))
  await world.control('faults', { endpoint: '*', fault: '403' })
  const shown = shownTo(world)
  await act(world)
  await eventually(() => expect(shown.at(-1)).toMatch(/does not allow/))
  expect(shown.at(-1)).toMatch(/^\[\{[^{]*\{[^}]*Step 2.*?does not allow.*?"input"/s)
  expect(shown.at(-2)).toMatch(/Nothing was sent. One moment|Asking CMR/)
})

test.each([
  ['typed whole', false],
  ['submitted', true],
])('a dialog that CMR keeps waiting says what is known by then, where it was %s', async (_, isSubmitted) => {
  const time = createManualTimer()
  const world = await startWorld({ timer: time.timer })
  const domain = (await world.look('domains')).find(isRenewable).domainName as string
  await world.control('faults', { endpoint: 'domains.renewal-price', fault: 'held' })
  await world.say(`/cmr domains renew ${isSubmitted ? '' : domain}`)
  if (isSubmitted) {
    await world.opened()
    await world.submit({ domains: domain })
  }
  await eventually(async () => expect(await world.requests('domains.renewal-price')).toHaveLength(1))
  expect(titleOf(world.modalOf(world.ana.id))).not.toContain('What is known')
  time.pass(5000)
  const waiting = await world.opened(world.ana.id, (view) => titleOf(view).includes('What is known'))
  expect(titleOf(waiting)).toMatch(new RegExp(`Asking CMR.*What is known without CMR.*${domain}`))
  await world.control('faults/clear', {})
  const asked = await world.opened(world.ana.id, (view) => titleOf(view).includes('It costs'))
  expect(titleOf(asked)).not.toContain('What is known')
})
