import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createCmr } from '../../src/cmr/client.ts'
import { docsFile, renderEndpointDocs } from '../../src/cmr/docs.ts'
import { allEndpoints } from '../../src/cmr/endpoints/index.ts'
import { declaredCommands } from '../../src/command-list.ts'
import { fieldsOf } from '../../src/commands/field.ts'
import { formView } from '../../src/commands/forms/form.ts'
import { isRare, nounHelp } from '../../src/commands/help.ts'
import { handlers } from '../../src/sandbox/api.ts'
import { limitsBroken } from '../support/limits.ts'
import { spoken } from '../support/spoken.ts'
import { shareWorld } from '../support/world.ts'
import { domainEffects } from './effects/domains.ts'
import { type Effects, sceneOf } from './effects/effect.ts'
import { mailboxEffects } from './effects/mailboxes.ts'
import { orderEffects } from './effects/orders.ts'
import { subscriptionEffects } from './effects/subscriptions.ts'
import { userEffects } from './effects/users.ts'

const registry = declaredCommands()
const docs = readFileSync(docsFile, 'utf8')
const effects: Effects = {
  ...userEffects,
  ...domainEffects,
  ...orderEffects,
  ...mailboxEffects,
  ...subscriptionEffects,
}
/** The partner API as its documentation has it, and not our declarations. */
const offered = Object.keys(effects).map((key) => {
  const [id = '', method = '', path = ''] = key.split(' ')
  return { id, method, path, effect: effects[key] }
})
const ids = offered.map(({ id }) => id)

test('each endpoint is declared, served by the sandbox and carried out below, and no other', () => {
  for (const known of [allEndpoints.map(({ id }) => id), Object.keys(handlers)]) {
    expect(known.toSorted()).toEqual(ids.toSorted())
  }
})

test('docs/endpoints.md is what npm run docs writes', () => {
  expect(docs).toBe(renderEndpointDocs())
})

describe.each(offered)('$id', ({ id, method, path }) => {
  const [noun = '', verb = ''] = id.split('.')
  const command = registry.byId(id)
  if (!command) throw new Error(`There is no command for ${id}`)

  test('is declared as documented, and has a method of the client and a row in the docs', () => {
    const declared = allEndpoints.find((one) => one.id === id)
    expect(declared).toMatchObject({ method, path, effect: command.effect })
    const cmr = createCmr({ apiKey: '', apiUrl: 'http://127.0.0.1' }) as unknown as Record<
      string,
      Record<string, unknown>
    >
    expect(cmr[noun]?.[verb]).toBeTypeOf('function')
    expect(docs).toContain(`| \`${id}\` |`)
    expect(docs).toContain(`\`${method} ${path}\``)
  })

  test('is a command that people find in help, and a form that Slack takes', () => {
    const found = registry.find(spoken(`${noun} ${verb}`))
    expect(found.ok && found.command).toBe(command)
    const help = nounHelp(noun, registry.nouns.get(noun) ?? [], { more: isRare(command) })
    expect(JSON.stringify(help)).toMatch(new RegExp(`${noun} ${verb}\\b`))
    expect(limitsBroken('message', help)).toEqual([])
    const form = formView(command, { channel: 'C0OPS' })
    expect(form.callback_id).toBe(id)
    const inputs = form.blocks.filter((block) => block.type === 'input').map((block) => block.block_id)
    const fields = fieldsOf(command.input)
    for (const { name, shown } of fields) expect(inputs.includes(name), name).toBe(shown({}))
    const asked = command.steps?.flatMap((step) => step.fields)
    const askable = fields.filter(({ name, hidden }) => !hidden || asked?.includes(name))
    if (asked) expect(asked.toSorted()).toEqual(askable.map(({ name }) => name).toSorted())
    expect(limitsBroken('view', form)).toEqual([])
    if (command.effect === 'charge' || command.effect === 'destroy') expect(command.confirm).toBeDefined()
  })
})

describe('said in Slack, its effect is seen at CMR:', () => {
  let world: Awaited<ReturnType<typeof shareWorld>>
  beforeAll(async () => {
    world = await shareWorld({ prewarmSandbox: true })
    await world.control('wallet', { balanceCents: 10_000_00 })
  })
  afterAll(() => world.close())

  test.each(offered.map((one, at) => ({ ...one, at })))('$id', async ({ id, at, effect }) => {
    await effect?.(await sceneOf(world, id, at))
    const requests = await world.requests(id)
    expect(requests.at(-1)).toMatchObject({ key: 'ok', status: expect.toBeOneOf([200, 201]) })
  })
})
