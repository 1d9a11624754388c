import { expect, test } from 'vitest'
import { declaredCommands } from '../../src/command-list.ts'
import { argumentsOf } from '../../src/commands/arguments.ts'
import { check } from '../../src/commands/check.ts'
import { idOf } from '../../src/commands/command.ts'
import { fieldsOf } from '../../src/commands/field.ts'
import {
  commandHelp,
  groups,
  type HelpOptions,
  helpMessage,
  isRare,
  nounHelp,
} from '../../src/commands/help.ts'
import { exampleOf } from '../../src/commands/help-fields.ts'
import type { Message } from '../../src/slack/blocks.ts'
import { limitsBroken } from '../support/limits.ts'
import { spoken } from '../support/spoken.ts'

const registry = declaredCommands()

const commands = [...registry.nouns.values()].flat()
const shown = (message: Message) => JSON.stringify(message)

test('everything that can be said stands in one group of the help, what is rare behind More', () => {
  expect(Object.values(groups).flatMap(Object.keys).sort()).toEqual([...registry.nouns.keys()].sort())
  for (const command of commands) {
    const { noun, verb } = command
    const words = (options: HelpOptions) =>
      linesOf(helpMessage(registry.nouns, options))
        .find((line) => line.startsWith(`\`${noun}\`  `))
        ?.split(': ')
        .at(-1)
        ?.split(', ')
    if (verb !== 'show') expect(words({ more: true })).toContain(verb)
    if (isRare(command)) expect(words({})).not.toContain(verb)
  }
  expect(shown(helpMessage(registry.nouns))).toContain('"help.show:more"')
  expect(shown(helpMessage(registry.nouns))).not.toContain('find acme')
  expect(shown(helpMessage(registry.nouns, { more: true }))).not.toContain('"help.show:more"')
})

const linesOf = (message: Message) =>
  message.blocks.flatMap((block) => (block.type === 'section' ? (block.text?.text.split('\n') ?? []) : []))

test.each(commands.map((command) => [idOf(command), command] as const))(
  '%s is explained in words, and by the names of CMR’s API behind More only',
  (_, command) => {
    const fields = fieldsOf(command.input).filter(({ hidden }) => !hidden)
    const plain = shown(commandHelp(command))
    const technical = shown(commandHelp(command, { more: true }))
    for (const { name, label, kind, choices } of fields) {
      if (name !== command.continues?.field) expect(plain).toContain(`• *${label}*`)
      expect(plain).not.toContain(`--${name}\``)
      if (/[a-z][A-Z]/.test(name)) expect(plain).not.toMatch(new RegExp(`\\b${name}\\b`))
      if (kind !== 'file') expect(technical).toContain(`--${name}\``)
      if (kind === 'choice')
        expect(plain).toContain(`One of ${choices[0]?.toLowerCase().replaceAll('_', '-')}`)
    }
    expect(technical).toContain(`\`${idOf(command)}\``)
    for (const message of [commandHelp(command), commandHelp(command, { more: true })])
      expect(limitsBroken('message', message)).toEqual([])
  },
)

test.each(commands.map((command) => [exampleOf(command), command] as const))(
  'the example in the help can be typed, and only a form may ask for more: %s',
  (line, command) => {
    // Slack escapes who is named (`should_escape` in the manifest).
    const said = line.replace(/^\/cmr /, '').replace('@ana', '<@U012AB3CD|ana>')
    const found = registry.find(spoken(said))
    expect(found.ok && found.command).toBe(command)
    const given = argumentsOf(command, found.ok ? found.rest : [])
    const checked = given.ok && check(command.input, given.raw)
    if (!checked) throw new Error(JSON.stringify(given))
    if (!checked.ok) expect(Object.keys(checked.errors).toSorted()).toEqual(checked.missing.toSorted())
  },
)

test('what is asked for only after some choices is neither optional nor always needed', () => {
  const orders = registry.byId('orders.create')
  const help = orders ? shown(commandHelp(orders)) : ''
  expect(help).toContain('• *Microsoft OAuth route* _(when the form asks for it)_')
  expect(help).toMatch(/• \*Customer\*: /)
  expect(help).toMatch(/• \*Years\* _\(optional\)_/)
  const file = registry.byId('users.import')
  expect(file ? shown(commandHelp(file)) : '..').not.toContain('..')
})

test('a verb need not be said where the noun has no other', () => {
  const only = [...registry.nouns.values()]
    .filter((all) => all.length === 1 && all[0]?.verb === 'show')
    .flat()
  expect(commands.filter(({ isOnlyVerb }) => isOnlyVerb)).toEqual(only)
})

test('both ways of ordering mailboxes are one thing to people, and both are understood', () => {
  const orders = registry.nouns.get('orders') ?? []
  expect(shown(nounHelp('orders', orders))).toContain('/cmr orders mailboxes')
  expect(shown(nounHelp('orders', orders))).not.toMatch(/add-mailboxes|create-with-images/)
  expect(shown(nounHelp('orders', orders, { more: true }))).toContain('/cmr orders add-mailboxes')
  for (const verb of ['mailboxes', 'add-mailboxes'])
    expect(registry.find(spoken(`orders ${verb} jane@acme.com`))).toMatchObject({
      ok: true,
      command: { verb },
    })
  expect(registry.find(spoken('orders add-mailbox'))).toMatchObject({
    ok: false,
    sentence: expect.stringMatching(/^(?!.*add-mailboxes).*Did you mean `\/cmr orders mailboxes`\?/s),
  })
})

test('a noun by itself is explained, where it lists nothing', () => {
  const found = registry.find(spoken('warmup'))
  expect(found).toMatchObject({ ok: true, command: { noun: 'help' }, rest: [{ text: 'warmup' }] })
  expect(registry.find(spoken('domains'))).toMatchObject({
    ok: true,
    command: { noun: 'domains', verb: 'list' },
  })
})

test.each([
  ['create user', 'users.create', []],
  ['list users', 'users.list', []],
  ['renew domain acme.com', 'domains.renew', ['acme.com']],
  ['orders help', 'help.show', ['orders']],
  ['domains acme.com', 'domains.get', ['acme.com']],
  ['user jane@acme.com', 'users.get', ['jane@acme.com']],
  ['operations acme.com', 'operations.list', ['acme.com']],
])('/cmr %s is understood', (line, id, rest) => {
  const [noun, verb] = id.split('.')
  expect(registry.find(spoken(line))).toMatchObject({
    ok: true,
    command: { noun, verb },
    rest: rest.map((text) => ({ text })),
  })
})

test.each([
  ['renew acme.com', '`/cmr domains renew acme.com`, `/cmr subscriptions renew acme.com`'],
  ['acme.com', '`/cmr find acme.com` searches for it'],
  ['ordr', 'Did you mean `/cmr orders`?'],
  ['operations nonsense', '`/cmr help operations` explains'],
])('/cmr %s is answered with what to say instead', (line, sentence) => {
  expect(registry.find(spoken(line))).toMatchObject({
    ok: false,
    sentence: expect.stringContaining(sentence),
  })
})
