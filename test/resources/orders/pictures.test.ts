import { expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { anyUser, confirming, onStep, titleOf } from '../../support/order-form.ts'
import { startWorld } from '../../support/world.ts'

/** The first bytes of a PNG, and some more. */
const png = Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), Buffer.alloc(300)])

test('pictures go with the mailboxes whose names they bear, a CSV of people too, and what is nobody’s is named', async () => {
  const world = await startWorld()
  const user = await anyUser(world)
  await world.say(`/cmr orders create ${user.email} "first-name.com second-name.com"`)
  await world.opened(world.ana.id, onStep(3))
  const jane = await world.upload('jane.doe.png', png)
  const bob = await world.upload('bob@second-name.com.png', png)
  const noRoutes = await world.upload('holiday.png', png)
  const people = await world.upload(
    'people.csv',
    Buffer.from('first,last,username\nJane,Doe,\nBob,Roe,bob\n'),
  )
  await world.submit({ peopleFile: people, files: [jane, bob, noRoutes].join(' ') })
  const settings = await world.opened(world.ana.id, onStep(4))
  expect(titleOf(settings)).toContain('3 mailboxes get a picture')
  expect(titleOf(settings)).toContain('not sent: holiday.png')
  await world.submit({ serviceProvider: 'GOOGLE', maskForwarding: 'true' })
  await world.opened(world.ana.id, (view) => titleOf(view).includes('CMR needs the Google OAuth route'))
  await world.submit({ googleOauthRoute: 'https://sender.test/oauth' })
  await world.opened(world.ana.id, confirming)
  await world.submit({})
  await world.sees(/2 domains with 4 mailboxes ordered/)
  const [request] = await world.requests('orders.create-with-images')
  const sent = request?.body as { files: object } | undefined
  expect(Object.keys(sent?.files ?? {}).toSorted()).toEqual([
    'bob@second-name.com',
    'jane.doe@first-name.com',
    'jane.doe@second-name.com',
  ])
  await eventually(async () => {
    const boxes = (await world.look('mailboxes')) as { email: string; profilePicture: string | null }[]
    const bobs = boxes.filter(({ email }) => email.startsWith('bob@') && email.endsWith('-name.com'))
    expect(bobs.map(({ profilePicture }) => profilePicture).toSorted()).toEqual([
      'image/png, 308 bytes',
      null,
    ])
  })
  expect(await world.requests('orders.create')).toHaveLength(0)
})

test('what is no picture, or no table of people, is said at its field', async () => {
  const world = await startWorld()
  const user = await anyUser(world)
  await world.say(`/cmr orders create ${user.email} first-name.com`)
  await world.opened(world.ana.id, onStep(3))
  const text = await world.upload('jane.png', Buffer.from('not a picture'))
  const shown = () => JSON.stringify(world.modalOf(world.ana.id))
  const wrong = await world.submit({ mailboxes: 'Jane Doe', files: text })
  await eventually(() =>
    expect(JSON.stringify(wrong.errors) + shown()).toMatch(/jane\.png is not a JPEG or PNG/),
  )
  await world.opened(world.ana.id, onStep(3))
  const table = await world.upload('people.csv', Buffer.from('first,last\nMadonna,\n'))
  const answer = await world.submit({ mailboxes: 'Jane Doe', peopleFile: table })
  await eventually(() => expect(JSON.stringify(answer.errors) + shown()).toMatch(/people\.csv, line 2/))
})
