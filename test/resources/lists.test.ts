import { expect, test } from 'vitest'
import { declaredCommands } from '../../src/command-list.ts'
import type { ShownMessage } from '../../src/playground/types.ts'
import { eventually } from '../support/eventually.ts'
import { startWorld } from '../support/world.ts'

type World = Awaited<ReturnType<typeof startWorld>>
type Row = Record<string, string>
interface Menu {
  action_id: string
  options: { text: { text: string }; value: string }[]
}

/** What the bot has told Ana alone. */
const answers = (world: World): readonly ShownMessage[] =>
  world.messages(world.ops.id).filter((one) => one.ephemeralFor === world.ana.id)

async function ask(world: World, line: string): Promise<ShownMessage> {
  const before = answers(world).length
  await world.say(line)
  await eventually(() => expect(answers(world).length, line).toBeGreaterThan(before))
  const message = answers(world).at(-1)
  if (!message) throw new Error('no answer')
  return message
}

const menusIn = (message: ShownMessage): Menu[] =>
  message.blocks.flatMap(({ accessory }) =>
    (accessory as { type?: string } | undefined)?.type === 'overflow' ? [accessory as Menu] : [],
  )

test('every entry behind the three dots of a list does what it says, of the thing in its row', async () => {
  const world = await startWorld()
  const { byId } = declaredCommands()
  const [{ userId, email }] = (await world.look('mailboxes')) as [Row]
  await world.webhook({
    event: 'mailbox.created',
    eventId: 'E-LISTED',
    data: { email, userId, mailboxId: 'M' },
  })
  const lines = [
    '/cmr users list',
    `/cmr domains list ${userId}`,
    `/cmr mailboxes list ${userId}`,
    '/cmr subscriptions list',
    '/cmr events',
  ]
  for (const line of lines) {
    const message = await ask(world, line)
    const [first] = menusIn(message)
    if (!first) throw new Error(`no menu in ${JSON.stringify(message)}`)
    for (const selected_option of first.options) {
      const id = selected_option.value.split(' ')[0] ?? ''
      const command = byId(id)
      expect(command, selected_option.value).toBeDefined()
      const before = world.messages(world.ops.id).length
      await world.interactions.act(
        { person: world.ana.id, message: { channel: message.channel, ts: message.ts }, values: {} },
        { type: 'overflow', action_id: first.action_id, selected_option },
      )
      if (command?.effect === 'read' || id === 'events.tell') {
        await eventually(() => expect(world.messages(world.ops.id).length, id).toBeGreaterThan(before))
        expect(answers(world).at(-1)?.text, id).not.toMatch(/^:(warning|no_entry):/)
        continue
      }
      const view = await world.opened(world.ana.id, (one) => one.callback_id === id && one.submit !== null)
      expect(JSON.stringify(view.blocks), id).not.toMatch(
        /:warning: \*?(No|Nobody|CMR does not know|CMR cannot find)/,
      )
      await world.interactions.close(world.ana.id)
    }
  }
})

test.each([
  ['subscriptions list', 'subscriptions', 'domain', '100'],
  ['users list', 'users', 'email', '100'],
  ['mailboxes all', 'mailboxes', 'email', '100'],
])(
  'turning the pages of %s, I see every one, however many I ask for at once',
  async (line, path, name, limit) => {
    const world = await startWorld()
    const [one] = await world.look('users')
    const send = async (to: string, body: object) => {
      const answer = await fetch(`${world.env.CMR_API_URL}/${to}`, {
        method: 'POST',
        headers: { 'cmr-x-api-key': String(world.env.CMR_API_KEY), 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      expect(answer.ok, await answer.text()).toBe(true)
    }
    const { userId, ...jane } = one
    for (let at = 0; at < 5; at++)
      await send('users', { ...jane, email: `more-${at}@acme.com`, company: `More ${at}` })
    const names = Array.from({ length: 5 }, (_, at) => `more-${at}.com`)
    await send(`orders/json?userId=${userId}`, {
      domains: names.map((domain) => ({ domain, years: 1 })),
      mailboxes: Object.fromEntries(
        names.map((domain) => [domain, [{ firstName: 'Jane', lastName: 'Doe', username: 'jane' }]]),
      ),
      billingCycle: 'MONTHLY',
      confirm: true,
      serviceProvider: 'GOOGLE',
      google: { googleOauthRoute: 'R' },
    })
    await eventually(async () => expect((await world.look('subscriptions')).length).toBeGreaterThan(40))
    const all: Row[] = await world.look(path)
    expect(all.length).toBeGreaterThan(40)
    let message = await ask(world, `/cmr ${line} --limit ${limit}`)
    let seen = JSON.stringify(message.blocks)
    for (let turns = 0; turns < 20; turns++) {
      const next = message.blocks
        .flatMap((block) => (block.type === 'actions' ? (block.elements as { action_id: string }[]) : []))
        .find(({ action_id }) => action_id.endsWith(':next'))
      if (!next) break
      const before = JSON.stringify(answers(world).at(-1))
      await world.interactions.act(
        { person: world.ana.id, message: { channel: message.channel, ts: message.ts }, values: {} },
        { type: 'button', ...next },
      )
      await eventually(() => expect(JSON.stringify(answers(world).at(-1))).not.toBe(before))
      message = answers(world).at(-1) ?? message
      seen += JSON.stringify(message.blocks)
    }
    for (const one of all) expect(seen).toContain(one[name])
  },
)
