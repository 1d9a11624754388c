import { expect, test } from 'vitest'
import { CmrError } from '../../src/cmr/errors.ts'
import type { Import } from '../../src/imports/import.ts'
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
