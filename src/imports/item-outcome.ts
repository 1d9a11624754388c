import type { ItemAnswer } from '../commands/command.ts'
import { addFunds } from '../commands/dashboard.ts'
import { type CommandResult, isUnsent } from '../operations/perform.ts'
import type { Operation } from '../operations/store/operations.ts'
import { escapeText } from '../slack/blocks.ts'
import { type Import, itemAnswer } from './import.ts'
import type { ImportItem, RowOutcome } from './store/items.ts'

/** What an attempt means for its item and its run. */
export type ItemVerdict =
  /** One outcome for all its rows, or one each; a row without one is sent again, as `again` says. */
  | {
      readonly kind: 'over'
      readonly outcomes: readonly (RowOutcome | undefined)[]
      readonly operationId?: string | undefined
      readonly again?: string | undefined
    }
  /** Certainly not done, for a reason that passes: it is tried again. */
  | { readonly kind: 'later'; readonly reason: string }
  /** Certainly not done, and neither will the next be: the run stops until a person resumes it; mrkdwn. */
  | { readonly kind: 'stop'; readonly reason: string }

/** How often CMR may put a row off before that counts as a failure. */
const ATTEMPTS = 8

const maybe = 'It may have happened anyway: check before you send it again.'

/** What became of an item that was just sent. Only what CMR has certainly not acted on is ever sent again. */
export function judge(
  commandResult: CommandResult,
  { resultId, narrow, rowNames }: Import,
  item: ImportItem,
): ItemVerdict {
  switch (commandResult.kind) {
    case 'done': {
      const { outcome, operationId } = commandResult
      const done: RowOutcome = { state: 'done', resultId: resultId?.(outcome) ?? outcome.actionId }
      if (!outcome.answers) return { kind: 'over', outcomes: [done], operationId }
      return eachRow(outcome.answers, done)
    }
    case 'refused':
    case 'requested':
      return { kind: 'stop', reason: `:no_entry: ${commandResult.sentence}` }
    case 'question':
      return over('failed', commandResult.question.text)
    case 'invalid':
      return over('failed', commandResult.error.message)
    case 'conflict':
      return over(
        'failed',
        `${commandResult.conflict.shared.join(', ')}: already under way since ${commandResult.conflict.created_at}. It was not sent.`,
      )
    case 'duplicate':
      return over('unknown', `It was started before. ${maybe}`)
    case 'fault':
      return over('failed', `The bot failed (reference ${commandResult.reference}). It was not sent.`)
    case 'failed':
      return refusedRows(commandResult) ?? afterFailure(commandResult)
  }

  /** CMR has refused every row inside its 200, each for a reason of its own. */
  function refusedRows({ error }: Extract<CommandResult, { kind: 'failed' }>): ItemVerdict | undefined {
    const names = rowNames?.(JSON.parse(item.input))
    if (!names || !error.refused || error.kind === 'wallet') return undefined
    const answers = names.map((name) => itemAnswer(error.refused ?? [], name))
    // CMR named the rows otherwise than we do; its sentence holds for them all.
    return answers.some(({ ok, isUnsure }) => ok || isUnsure) ? undefined : eachRow(answers)
  }

  function eachRow(answers: readonly ItemAnswer[], done: RowOutcome = { state: 'done' }): ItemVerdict {
    const { operationId } = commandResult as { readonly operationId?: string | undefined }
    const mayRepeat = narrow !== undefined && item.attempts + 1 < ATTEMPTS
    const outcomes = answers.map((answer) => outcomeOf(answer, done, mayRepeat))
    const repeated = outcomes.flatMap((one, at) => (one ? [] : [at]))
    const again = repeated.length > 0 && JSON.stringify(narrow?.(JSON.parse(item.input), repeated))
    return { kind: 'over', outcomes, operationId, ...(again && { again }) }
  }
}

function afterFailure(failure: Extract<CommandResult, { kind: 'failed' }>): ItemVerdict {
  const { error, operationId } = failure
  if (!isUnsent(failure)) return over('unknown', `${error.message} ${maybe}`, operationId)
  switch (error.kind) {
    case 'rate-limited':
    case 'unavailable':
      return { kind: 'later', reason: escapeText(error.message) }
    case 'wallet':
      return {
        kind: 'stop',
        reason: `:warning: ${escapeText(error.message)} ${addFunds()}. Then press Resume: the rest is sent, and nothing twice.`,
      }
    case 'unauthorized':
    case 'forbidden':
      return {
        kind: 'stop',
        reason: `:warning: ${escapeText(error.message)} Tell the person who runs the bot; when the bot’s access to CMR is fixed, press Resume: the rest is sent, and nothing twice.`,
      }
    default:
      return over('failed', error.message, operationId)
  }
}

/** What became of an item whose process ended before it could note it. */
export function judgeAfterCrash(operation: Operation, { resultId, narrow }: Import): ItemVerdict {
  const { id, state, action_id, order_id, subject, outcome } = operation
  if (state === 'accepted' || state === 'ended') {
    if (narrow)
      return over('unknown', `CMR accepted the request, but its answer for each row was lost. ${maybe}`, id)
    const known = {
      actionId: action_id ?? undefined,
      orderId: order_id ?? undefined,
      subject: JSON.parse(subject) as Record<string, string>,
    }
    const named = resultId?.({ message: { text: '', blocks: [] }, ...known }) ?? known.actionId
    return { kind: 'over', outcomes: [{ state: 'done', resultId: named }], operationId: id }
  }
  return over('unknown', `${outcome ?? 'The bot stopped while it was being sent.'} ${maybe}`, id)
}

/** @returns nothing where it is to be sent again */
function outcomeOf(answer: ItemAnswer, done: RowOutcome, mayRepeat: boolean): RowOutcome | undefined {
  if (answer.ok) return done
  if (answer.later && mayRepeat) return undefined
  return { state: answer.isUnsure ? 'unknown' : 'failed', detail: answer.said }
}

function over(state: RowOutcome['state'], detail: string, operationId?: string): ItemVerdict {
  return { kind: 'over', outcomes: [{ state, detail }], operationId }
}
