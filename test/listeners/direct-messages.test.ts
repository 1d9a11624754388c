import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ShownMessage } from '../../src/playground/types.ts'
import { pressOn } from '../support/alerts.ts'
import { eventually } from '../support/eventually.ts'
import { shareWorld, startWorld, type World } from '../support/world.ts'

type Shared = Awaited<ReturnType<typeof shareWorld>>
let world: Shared

beforeAll(async () => {
  world = await shareWorld({ role: 'operator', env: { CMR_SYNC_INTERVAL: '1' } })
  await eventually(async () => {
    await world.say('/cmr find northwind')
    expect(world.read()).toMatch(/matches? for/)
  })
})
afterAll(() => world.close())

/** The conversation between a person and the bot, as Slack opens it. */
async function conversationOf(world: World, person: string): Promise<string> {
  const { channel } = await world.call('conversations.open', { users: person })
  return (channel as { id: string }).id
}

/** Writes to the bot. @returns what it answers */
async function asks(world: World, text: string, person = world.omar.id, more = {}): Promise<ShownMessage> {
  const channel = await conversationOf(world, person)
  const before = world.messages(channel).length
  const sent = await world.interactions.write(person, channel, text, more)
  expect(sent.ok).toBe(true)
  return eventually(() => {
    const [answer] = world.messages(channel).slice(before)
    if (!answer) throw new Error(`no answer to “${text}”`)
    return answer
  })
}

const textIn = ({ text, blocks }: ShownMessage) => JSON.stringify([text, blocks])

test('a bare name is looked up, a question answered, and what changes something waits for a click', async () => {
  const [user] = await world.look('users')
  const found = await asks(world, `do you know ${user.email}?`)
  expect(textIn(found)).toContain(user.email)
  expect(found.ephemeralFor).toBeUndefined()
  expect(textIn(await asks(world, 'what is in the wallet?'))).toMatch(/\$[\d,.]+ in the wallet/)
  // A workspace without Slack's newest blocks reads the same in plainer ones.
  world.slack.fault = { says: 'invalid_blocks', of: /chat\.postMessage/, times: 1 }
  expect(textIn(await asks(world, 'what renews this month?'))).toMatch(/renews? .*this month/)
  expect(textIn(await asks(world, 'help'))).toContain('Commands')
  expect(textIn(await asks(world, 'hi'))).toMatch(/Write a domain.*Create customer/)
  expect(textIn(await asks(world, 'nobody-has-this-name.com'))).toMatch(
    /nobody-has-this-name\.com.*`help` lists/,
  )
  expect(textIn(await asks(world, 'walet'))).toMatch(/Did you mean `\/cmr wallet`/)
  expect(textIn(await asks(world, '', world.omar.id, { subtype: 'file_share' }))).toMatch(
    /does not read files here\. Nothing was done/,
  )

  const offer = await asks(world, 'create user new@acme.test')
  expect(textIn(offer)).toMatch(/needs a click.*Nothing was done yet/)
  expect(await world.requests('users.create')).toEqual([])
  await pressOn(world, offer, 'Create a customer', world.omar.id)
  const form = await world.opened(world.omar.id)
  expect(JSON.stringify(form)).toContain('new@acme.test')
  await world.interactions.close(world.omar.id)

  // What their role does not allow is not offered.
  expect(textIn(await asks(world, `users delete ${user.userId}`))).toMatch(/needs an \*admin\*/)
  // In a thread it is answered there.
  expect((await asks(world, 'wallet', world.omar.id, { thread_ts: '1700000000.000100' })).threadTs).toBe(
    '1700000000.000100',
  )
})

test('its own messages, those of other bots, edits and deletions are not answered; an event that comes twice is answered once', async () => {
  const channel = await conversationOf(world, world.vera.id)
  const app = { user: 'U0CMRPLAY', bot_id: 'B0CMRPLAY' }
  const silent = [
    app,
    { ...app, subtype: 'bot_message' },
    {
      user: undefined,
      subtype: 'message_changed',
      hidden: true,
      message: { user: world.vera.id, text: 'wallet' },
    },
    { user: undefined, subtype: 'message_deleted', hidden: true },
    { subtype: 'channel_join' },
    { user: 'USLACKBOT' },
    { channel_type: 'channel' },
  ]
  const lookUps = () => world.slack.calls.filter((one) => one === 'users.info').length
  const before = lookUps()
  for (const more of silent) await world.interactions.write(world.vera.id, channel, 'wallet', more)
  expect(lookUps()).toBe(before)
  const ts = '1700000001.000200'
  await world.interactions.write(world.vera.id, channel, 'status', { ts })
  await world.interactions.write(world.vera.id, channel, 'status', { ts })
  await asks(world, 'hi', world.vera.id)
  await eventually(() => expect(world.messages(channel)).toHaveLength(2))
})

test('a guest reads why they get nothing; somebody without a role what they lack', async () => {
  const guest = world.outsiders.gwen ?? ''
  expect(textIn(await asks(world, 'wallet', guest))).toMatch(/your account is a guest account/)
  const other = await startWorld({ role: 'none' })
  expect(textIn(await asks(other, 'acme.com'))).toMatch(/you have no role here/)
})
