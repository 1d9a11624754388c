import { expect, test } from 'vitest'
import { declaredCommands } from '../../src/command-list.ts'
import { argumentsOf } from '../../src/commands/arguments.ts'
import { check } from '../../src/commands/field.ts'
import { parseSpoken } from '../../src/commands/grammar.ts'
import { groups, helpMessage } from '../../src/commands/help.ts'

const registry = declaredCommands()

test('everything that can be said stands in one group of the help', () => {
  expect(Object.values(groups).flat().sort()).toEqual([...registry.nouns.keys()].sort())
  const text = JSON.stringify(helpMessage(registry.nouns))
  for (const { verb } of [...registry.nouns.values()].flat())
    if (verb !== 'show') expect(text).toContain(verb)
})

test('a noun by itself is explained, where it lists nothing', () => {
  const found = registry.find(['orders'])
  expect(found).toMatchObject({ ok: true, command: { noun: 'help' }, rest: ['orders'] })
  expect(registry.find(['domains'])).toMatchObject({ ok: true, command: { noun: 'domains', verb: 'list' } })
})

const examples = [...registry.nouns.values()].flat().filter(({ example }) => example)

test.each(
  examples.map((command) => [`${command.noun} ${command.verb} ${command.example}`, command] as const),
)('the example in the help can be typed: %s', (line, command) => {
  const spoken = parseSpoken(line.replace(' show ', ' '))
  if (!spoken.ok) throw new Error(spoken.fault)
  const found = registry.find(spoken.words)
  if (!found.ok) throw new Error(found.sentence)
  expect(found.command).toBe(command)
  const given = argumentsOf(command, found.rest, spoken.flags)
  if (!given.ok) throw new Error(given.sentence)
  const checked = check(command.input, given.raw)
  expect(checked, JSON.stringify(checked)).toMatchObject({ ok: true })
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
  expect(registry.find(line.split(' '))).toMatchObject({ ok: true, command: { noun, verb }, rest })
})

test.each([
  ['renew acme.com', '`/cmr domains renew acme.com`, `/cmr subscriptions renew acme.com`'],
  ['acme.com', '`/cmr find acme.com` looks for it'],
  ['ordr', 'Did you mean `/cmr orders`?'],
  ['operations nonsense', '`/cmr help operations` explains'],
])('/cmr %s is answered with what to say instead', (line, sentence) => {
  expect(registry.find(line.split(' '))).toMatchObject({
    ok: false,
    sentence: expect.stringContaining(sentence),
  })
})
