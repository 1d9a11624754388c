import { expect, test } from 'vitest'
import { CmrError } from '../../src/cmr/errors.ts'
import { type Import, itemAnswer } from '../../src/imports/import.ts'
import { judge } from '../../src/imports/item-outcome.ts'
import type { ImportItem } from '../../src/imports/store/items.ts'
import { type CommandResult, isUnsent } from '../../src/operations/perform.ts'

const failed = (mayHaveBeenAccepted: boolean): CommandResult => ({
  kind: 'failed',
  error: new CmrError('CMR said no.', { kind: 'invalid', endpoint: 'users.create', mayHaveBeenAccepted }),
  attempt: 1,
})

test.each<[string, CommandResult]>([
  ['a fault of the bot', { kind: 'fault', reference: 'ab12' }],
  ['a refusal of CMR', failed(false)],
  ['an answer that never came', failed(true)],
  ['the same request again', { kind: 'duplicate' }],
])('%s is as unsent for a row of a file as for a form', (_, result) => {
  const verdict = judge(result, {} as Import, { attempts: 0, input: '{}' } as ImportItem)
  const [outcome] = verdict.kind === 'over' ? verdict.outcomes : []
  expect(outcome?.state === 'unknown').toBe(!isUnsent(result))
})

test('a row is neither done nor failed where CMR refused one and did not say which', () => {
  const refused = [
    { names: ['m1'], reason: 'It exists.' },
    { names: [], reason: 'It is locked.' },
  ]
  const answers = ['M1', 'M2'].map((name) => itemAnswer(refused, name))
  const result: CommandResult = { kind: 'done', outcome: { message: { text: '', blocks: [] }, answers } }
  expect(judge(result, {} as Import, { attempts: 0, input: '{}' } as ImportItem)).toMatchObject({
    outcomes: [
      { state: 'failed', detail: 'CMR refused it: It exists.' },
      { state: 'unknown', detail: 'CMR refused it: It is locked. It did not say of which row.' },
    ],
  })
})
