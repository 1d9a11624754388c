import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createCmr } from '../../src/cmr/client.ts'
import { docsFile, renderEndpointDocs } from '../../src/cmr/docs.ts'
import { allEndpoints } from '../../src/cmr/endpoints/index.ts'
import { declaredCommands } from '../../src/command-list.ts'
import { fieldsOf } from '../../src/commands/field.ts'
import { formView } from '../../src/commands/forms/form.ts'
import { nounHelp } from '../../src/commands/help.ts'
import { handlers } from '../../src/sandbox/api.ts'
import { limitsBroken } from '../support/limits.ts'
import { shareWorld } from '../support/world.ts'
import { domainEffects } from './effects/domains.ts'
import { type Effects, sceneOf } from './effects/effect.ts'
import { mailboxEffects } from './effects/mailboxes.ts'
import { orderEffects } from './effects/orders.ts'
import { subscriptionEffects } from './effects/subscriptions.ts'
import { userEffects } from './effects/users.ts'

/** What CMR's partner API offers, written down from its documentation and not from our declarations. */
const offered = `
users.list GET /users/list
users.get GET /users
users.create POST /users
users.update PUT /users
users.delete DELETE /users
geo.countries GET /geo/countries
geo.states GET /geo/states
domains.list GET /domains/by-user
domains.get GET /domains
domains.suggest POST /domains/suggest
domains.available POST /domains/available
domains.workspace POST /domains/has-workspace
domains.renewal-price POST /domains/renewal-price
domains.renew POST /domains/renew
domains.auto-renew PATCH /domains/toggle-auto-renew
domains.forward POST /domains/forwarding
domains.forward-email POST /domains/email-forwarding
domains.client-id POST /domains/add-client-id
domains.remove DELETE /domains
dns.list GET /dns
dns.add POST /dns
dns.update PUT /dns
dns.delete DELETE /dns
dns.nameservers PUT /dns/nameservers
orders.get GET /orders
orders.status GET /orders/status
orders.create POST /orders/json
orders.create-with-images POST /orders
orders.mailboxes POST /orders/create-mailbox-order/json
orders.add-mailboxes POST /orders/create-mailbox-order
orders.process POST /orders/process
mailboxes.list GET /mailboxes/single
mailboxes.all GET /mailboxes
mailboxes.get GET /mailboxes/mailbox
mailboxes.admin GET /mailboxes/admin-mailbox-details
mailboxes.update PATCH /mailboxes/update-mailbox-details
mailboxes.remove DELETE /mailboxes/remove
mailboxes.validate POST /mailboxes/validate-mailbox
mailboxes.reexport POST /mailboxes/oauth
warmup.add POST /mailboxes/warmup
warmup.remove DELETE /mailboxes/warmup
warmup.toggle POST /mailboxes/warmup/toggle
warmup.status PATCH /mailboxes/warmup/status
warmup.settings PATCH /mailboxes/warmup/settings
placement.run POST /placement
placement.reports GET /placement/reports
subscriptions.list GET /subscriptions
subscriptions.renew POST /subscriptions/renew-subscriptions
subscriptions.auto-renew POST /subscriptions/toggle-autorenewal
subscriptions.cancel POST /subscriptions/cancel
subscriptions.recreate POST /subscriptions/recreate
exports.platforms GET /exports/platform-credentials
exports.connect POST /exports/platform-credential
exports.update PUT /exports/platform-credential
exports.disconnect DELETE /exports/platform-credential
exports.workspaces GET /exports/platform-workspaces
exports.send POST /exports/platform-exports
prewarm.list GET /pre-warmup
prewarm.order POST /pre-warmup/order
prewarm.sandbox-list GET /sandbox/pre-warmup
prewarm.sandbox-order POST /sandbox/pre-warmup/order
prewarm.sandbox-reset POST /sandbox/pre-warmup/reset
wallet.get GET /wallet
errors.send POST /errors
`
  .trim()
  .split('\n')
  .map((line) => line.split(' ') as [id: string, method: string, path: string])
const ids = offered.map(([id]) => id)

const registry = declaredCommands()
const docs = readFileSync(docsFile, 'utf8')
const effects: Effects = {
  ...userEffects,
  ...domainEffects,
  ...orderEffects,
  ...mailboxEffects,
  ...subscriptionEffects,
}

test('there are 64 endpoints; each is declared, served by the sandbox and carried out below, and no other', () => {
  expect(ids).toHaveLength(64)
  for (const known of [allEndpoints.map(({ id }) => id), Object.keys(handlers), Object.keys(effects)]) {
    expect(known.toSorted()).toEqual(ids.toSorted())
  }
})

test('docs/endpoints.md is what npm run docs writes', () => {
  expect(docs).toBe(renderEndpointDocs())
})

describe.each(offered)('%s', (id, method, path) => {
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
    const found = registry.find([noun, verb])
    expect(found.ok && found.command).toBe(command)
    const help = nounHelp(noun, registry.nouns.get(noun) ?? [])
    expect(JSON.stringify(help)).toMatch(new RegExp(`${noun} ${verb}\\b`))
    expect(limitsBroken('message', help)).toEqual([])
    const form = formView(command, { channel: 'C0OPS' })
    expect(form.callback_id).toBe(id)
    const inputs = form.blocks.filter((block) => block.type === 'input').map((block) => block.block_id)
    const fields = fieldsOf(command.input)
    for (const { name, shown } of fields) expect(inputs.includes(name), name).toBe(shown({}))
    const asked = command.steps?.flatMap((step) => step.fields)
    if (asked) expect(asked.toSorted()).toEqual(fields.map(({ name }) => name).toSorted())
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

  test.each(Object.keys(effects).map((id, at) => [id, at] as const))('%s', async (id, at) => {
    await effects[id]?.(await sceneOf(world, id, at))
    const requests = await world.requests(id)
    expect(requests.at(-1)).toMatchObject({ key: 'ok', status: expect.toBeOneOf([200, 201]) })
  })
})
