import { expect, test } from 'vitest'
import { declaredCommands } from '../../src/command-list.ts'
import { formView } from '../../src/commands/forms/form.ts'
import { limitsBroken } from '../support/limits.ts'

test('a text that is too long for a form is left out of it, with the bound at its field', () => {
  const command = declaredCommands().byId('errors.send')
  if (!command) throw new Error('no such command')
  const view = formView(command, {}, { values: { message: 'x'.repeat(3001) } })
  expect(limitsBroken('view', view)).toEqual([])
  expect(JSON.stringify(view)).toContain('has 3,001 characters, and a form takes 3,000')
  const whole = JSON.stringify(formView(command, {}, { values: { message: 'x'.repeat(3000) } }))
  expect(whole).toContain('x'.repeat(3000))
  expect(whole).not.toContain('a form takes')
})
