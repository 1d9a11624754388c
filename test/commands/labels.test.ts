import { expect, test } from 'vitest'
import { declaredCommands } from '../../src/command-list.ts'
import { fieldsOf } from '../../src/commands/field.ts'

const asked = [...declaredCommands().nouns.values()]
  .flat()
  .flatMap((command) => fieldsOf(command.input).map((field) => ({ command, field })))

test('every field of every form is called by a name that people use', () => {
  expect(asked.length).toBeGreaterThan(200)
  const raw = asked
    .filter(
      ({ field: { name, label } }) =>
        label === name ||
        !/^\p{Lu}/u.test(label) ||
        /[a-z][A-Z]{1}[a-z]/.test(label.replace(/EmailBison|SpamAssassin|OAuth/g, '')),
    )
    .map(({ command, field }) => `${command.noun} ${command.verb} ${field.name}: ${field.label}`)
  expect(raw).toEqual([])
})
