import { expect, test } from 'vitest'
import { declaredCommands } from '../../src/command-list.ts'
import { groups, helpMessage } from '../../src/commands/help.ts'
import { spoken, understood } from '../support/spoken.ts'

const registry = declaredCommands()

test('everything that can be said stands in one group of the help', () => {
  expect(Object.values(groups).flat().sort()).toEqual([...registry.nouns.keys()].sort())
  const text = JSON.stringify(helpMessage(registry.nouns))
  for (const { verb } of [...registry.nouns.values()].flat())
    if (verb !== 'show') expect(text).toContain(verb)
})

test('a noun by itself is explained, where it lists nothing', () => {
  const found = registry.find(spoken('warmup'))
  expect(found).toMatchObject({ ok: true, command: { noun: 'help' }, rest: [{ text: 'warmup' }] })
  expect(registry.find(spoken('domains'))).toMatchObject({
    ok: true,
    command: { noun: 'domains', verb: 'list' },
  })
})

const examples = [...registry.nouns.values()].flat().filter(({ example }) => example)

test.each(
  examples.map((command) => [`${command.noun} ${command.verb} ${command.example}`, command] as const),
)('the example in the help can be typed: %s', (line, command) => {
  const { command: found, checked } = understood(registry, line.replace(' show ', ' '))
  expect(found).toBe(command)
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
  expect(registry.find(spoken(line))).toMatchObject({
    ok: true,
    command: { noun, verb },
    rest: rest.map((text) => ({ text })),
  })
})

test.each([
  ['renew acme.com', '`/cmr domains renew acme.com`, `/cmr subscriptions renew acme.com`'],
  ['acme.com', '`/cmr find acme.com` looks for it'],
  ['ordr', 'Did you mean `/cmr orders`?'],
  ['operations nonsense', '`/cmr help operations` explains'],
])('/cmr %s is answered with what to say instead', (line, sentence) => {
  expect(registry.find(spoken(line))).toMatchObject({
    ok: false,
    sentence: expect.stringContaining(sentence),
  })
})
