import { randomUUID } from 'node:crypto'
import { CmrError, traceOf } from '../cmr/errors.ts'
import { dropCredentials } from '../cmr/redact.ts'
import { type Command, type CommandContext, InputError, idOf, type Outcome } from '../commands/command.ts'
import { recordAudit } from '../store/audit.ts'
import { completeOperation, intendOperation } from '../store/operations.ts'

/** How an attempt ended. */
export type Performed =
  | { readonly kind: 'done'; readonly outcome: Outcome; readonly operationId?: string | undefined }
  /** A sentence in mrkdwn; nothing was done. */
  | { readonly kind: 'refused'; readonly sentence: string }
  /** The same form was submitted before: it is under way, or done. */
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'invalid'; readonly error: InputError }
  /** `attempt` is the audit's row of it, which a report to CMR is filled from. */
  | {
      readonly kind: 'failed'
      readonly error: CmrError
      readonly attempt: number
      readonly operationId?: string | undefined
    }
  /** A fault of our own; the log has it under this reference. */
  | { readonly kind: 'fault'; readonly reference: string }

/**
 * Does what a command says, once: asks for permission, writes the intention down before anything is sent, and
 * leaves an audit row whatever comes of it. Never throws.
 * @param submissionKey of the form or click it came from; a second attempt with it does nothing
 */
export async function perform(
  command: Command,
  context: CommandContext,
  input: Record<string, unknown>,
  submissionKey?: string,
): Promise<Performed> {
  const { store, caller, clock, logger } = context
  const name = `${command.noun} ${command.verb}`
  const audit = (
    row: Pick<Parameters<typeof recordAudit>[1], 'outcome' | 'detail' | 'actionId' | 'operationId'>,
  ) =>
    recordAudit(store.db, {
      at: clock(),
      actor: caller.userId,
      command: idOf(command),
      arguments: dropCredentials(input),
      ...row,
    })

  try {
    const verdict = context.access.decide(caller.userId, command, name)
    if (!verdict.allowed) {
      await audit({ outcome: 'refused' })
      return { kind: 'refused', sentence: verdict.refusal }
    }
    if (command.effect === 'read') return await read()

    const operationId = await intendOperation(store.db, {
      submissionKey,
      endpoint: idOf(command),
      actor: caller.userId,
      channel: caller.channelId,
      label: command.label?.(input) ?? name,
      at: clock(),
    })
    if (operationId === 'duplicate') return { kind: 'duplicate' }
    try {
      const outcome = await command.run(context, input)
      const { actionId, orderId, subject } = outcome
      const state = actionId ? 'accepted' : 'ended'
      await completeOperation(store.db, operationId, { state, actionId, orderId, subject, at: clock() })
      await audit({ outcome: 'ok', actionId, operationId })
      return { kind: 'done', outcome, operationId }
    } catch (error) {
      const unknown = error instanceof CmrError && error.mayHaveBeenAccepted
      const outcome = error instanceof Error ? error.message : String(error)
      const actionId = error instanceof CmrError ? error.actionId : undefined
      const state = unknown ? 'unknown' : 'failed'
      await completeOperation(store.db, operationId, { state, outcome, actionId, at: clock() })
      const attempt = await audit({ outcome: state, detail: detailOf(error), actionId, operationId })
      return failed(error, attempt, operationId)
    }
  } catch (error) {
    return fault(error)
  }

  function failed(error: unknown, attempt: number, operationId?: string): Performed {
    if (error instanceof CmrError) return { kind: 'failed', error, attempt, operationId }
    if (error instanceof InputError) return { kind: 'invalid', error }
    return fault(error)
  }

  function fault(error: unknown): Performed {
    const reference = randomUUID().slice(0, 8)
    logger.error({ err: error, reference, command: idOf(command) }, 'a command failed inside the bot')
    return { kind: 'fault', reference }
  }

  async function read(): Promise<Performed> {
    try {
      const outcome = await command.run(context, input)
      if (!command.own) await audit({ outcome: 'ok' })
      return { kind: 'done', outcome }
    } catch (error) {
      if (command.own) return failed(error, 0)
      return failed(error, await audit({ outcome: 'failed', detail: detailOf(error) }))
    }
  }
}

function detailOf(error: unknown): string {
  if (error instanceof CmrError) return traceOf(error)
  return error instanceof Error ? error.message : String(error)
}
