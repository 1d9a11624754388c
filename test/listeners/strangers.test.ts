import { expect, test } from 'vitest'
import { messageWith, pastDue, pressOn } from '../support/alerts.ts'
import { eventually } from '../support/eventually.ts'
import { startWorld, type World } from '../support/world.ts'

const why: Record<string, RegExp> = {
  gwen: /your account is a guest account\./,
  sid: /your account is a guest account\./,
  stan: /your account belongs to another workspace\./,
  stella: /your account belongs to another workspace\./,
  dora: /your account is deactivated\./,
  robo: /this account is a bot\./,
}

/** Everything that is for one person's eyes. */
const seenBy = (world: World, person: string) =>
  JSON.stringify(world.everything().messages.filter((one) => one.ephemeralFor === person))
const reads = (world: World, person: string, text: RegExp) =>
  eventually(() => expect(seenBy(world, person)).toMatch(text))
const customer = async (world: World): Promise<string> => (await world.look('users'))[0].email

test.each(Object.keys(why))('%s gets nothing by any door, and reads why', async (handle) => {
  const world = await startWorld({ role: 'operator' })
  const person = world.outsiders[handle] ?? ''
  const reason = why[handle] ?? /never/
  const refused = async (before: number) =>
    eventually(() => expect(seenBy(world, person).split(reason).length).toBeGreaterThan(before))
  const email = await customer(world)

  // Commands: answered by CMR, answered in the acknowledgement, wrong, opening a form.
  let count = 1
  for (const line of ['/cmr users list', '/cmr help', '/cmr', '/cmr nonsense', '/cmr users create']) {
    await world.say(line, person)
    await refused(count++)
  }
  expect(world.modalOf(person)).toBeUndefined()

  // The buttons of an alert, one that reads and one that opens a form.
  await world.webhook(pastDue('heard.com'))
  const alert = await messageWith(world, world.alerts.id, 'heard.com')
  for (const words of ['Diagnose', 'Mute for a day', 'Turn auto-renew on']) {
    if (!JSON.stringify(alert).includes(`"${words}"`)) continue
    await pressOn(world, alert, words, person)
    await refused(count++)
  }
  expect(count).toBeGreaterThan(6)

  // A form that is open, by its picker, by a choice in it, and submitted.
  await world.say('/cmr users create', world.omar.id)
  const form = await world.opened(world.omar.id)
  const country = { action_id: 'form.country', block_id: 'country' }
  const place = { person, view: form.id, values: {} }
  expect(await world.interactions.options(place, { ...country, value: 'ger' })).toEqual({ options: [] })
  await world.interactions.act(place, { type: 'external_select', ...country })
  await eventually(() => expect(JSON.stringify(world.modalOf(world.omar.id))).toMatch(reason))
  await world.interactions.close(world.omar.id)

  await world.say('/cmr users create', world.omar.id)
  const again = await world.opened(world.omar.id)
  await world.interactions.submit({ person, view: again.id, values: {} })
  await eventually(() => expect(JSON.stringify(world.modalOf(world.omar.id))).toMatch(reason))

  // App Home.
  await world.interactions.openHome(person)
  await eventually(() => expect(JSON.stringify(world.home(person))).toMatch(reason))
  expect(JSON.stringify(world.home(person))).not.toContain('"action_id"')
  expect(seenBy(world, person)).not.toContain(email)
  expect(world.modalOf(person)).toBeUndefined()
})

test('whoever is named an admin and is a guest gets nothing; one who is a member stays an admin', async () => {
  const world = await startWorld({ withBot: false })
  const guest = world.outsiders.gwen ?? ''
  world.env.CMR_ADMINS = `${guest},${world.ana.id}`
  await world.start()
  await world.say('/cmr users list', guest)
  await reads(world, guest, /guest account/)
  await world.say('/cmr users create', world.ana.id)
  await world.opened(world.ana.id)
})

test('a form of a command opens in time and everything is acknowledged at once while users.info hangs', async () => {
  const world = await startWorld({ triggerMs: 3000 })
  world.slack.fault = { hangs: /users\.info/ }
  const said = await world.say('/cmr users create', world.ana.id)
  expect(said.ok).toBe(true)
  expect(said.milliseconds).toBeLessThan(1000)
  // An admin by name gets in, and somebody who was never seen does not.
  await world.opened(world.ana.id)
  const other = await world.say('/cmr users list', world.omar.id)
  expect(other.milliseconds).toBeLessThan(1000)
  await reads(world, world.omar.id, /cannot find out from Slack whether you are a full member/)
  expect(seenBy(world, world.omar.id)).not.toContain(await customer(world))
})

test.each(['away', 'missing_scope'])(
  'while Slack does not tell (%s), members who were seen before get in, also after a restart; a guest does not',
  async (fault) => {
    const world = await startWorld()
    await world.say('/cmr users list', world.omar.id)
    await reads(world, world.omar.id, /acme|@/)
    await world.say('/cmr users list', world.outsiders.gwen)
    await reads(world, world.outsiders.gwen ?? '', /guest account/)
    await world.restart()
    world.slack.fault = fault === 'away' ? 'away' : { says: fault, of: /users\.info/ }
    const before = seenBy(world, world.omar.id).length
    await world.say('/cmr wallet', world.omar.id)
    await eventually(() => expect(seenBy(world, world.omar.id).length).toBeGreaterThan(before))
    expect(seenBy(world, world.omar.id)).not.toMatch(/full member/)
    for (const stranger of [world.vera.id, world.outsiders.gwen ?? '', world.outsiders.stan ?? '']) {
      await world.say('/cmr wallet', stranger)
      await reads(
        world,
        stranger,
        fault === 'away'
          ? /cannot find out from Slack|another workspace/
          : /lacks a permission|another workspace/,
      )
      expect(seenBy(world, stranger)).not.toContain('users:read')
    }
    if (fault === 'missing_scope') {
      // Whoever runs the bot reads what to do, once.
      const told = () => JSON.stringify(world.messages(world.directMessages(world.ana.id)))
      await eventually(() => expect(told()).toMatch(/lacks the scope `users:read`.*OAuth & Permissions/))
      expect(told().split('lacks the scope').length).toBe(3)
    }
  },
)

test('somebody who is deactivated after they were seen has nothing once the minutes are over', async () => {
  const world = await startWorld()
  await world.say('/cmr users list', world.omar.id)
  await reads(world, world.omar.id, /@/)
  world.accounts.set(world.omar.id, { deleted: true })
  await world.restart()
  await world.say('/cmr users list', world.omar.id)
  await reads(world, world.omar.id, /deactivated/)
  // What was seen last is what counts when Slack is silent.
  await world.restart()
  world.slack.fault = { hangs: /users\.info/ }
  await world.say('/cmr users list', world.omar.id)
  await reads(world, world.omar.id, /cannot find out from Slack/)
})
