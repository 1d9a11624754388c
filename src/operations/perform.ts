import type { Kysely } from 'kysely'
import type { Approvals } from '../access/approvals/approvals.ts'
import { type Attempt, type Audit, SENT } from '../access/audit/audit.ts'
import { type MembershipGuard, whyGone } from '../access/membership.ts'
import { permit } from '../access/permit.ts'
import type { Cmr } from '../cmr/client.ts'
import { CmrError, traceOf, withCustomer } from '../cmr/errors.ts'
import {
  type Command,
  type Confirmation,
  InputError,
  idOf,
  type Outcome,
  type Question,
} from '../commands/command.ts'
import type { CommandContext } from '../commands/context.ts'
import { noteFault, notice } from '../commands/failure.ts'
import type { Values } from '../commands/field.ts'
import type { Permission } from '../commands/permissions.ts'
import { spokenIds } from '../directory/names/called.ts'
import { escapeText } from '../slack/blocks.ts'
import type { Schema } from '../store/schema.ts'
import { onlyTheirs } from './customers.ts'
import type { OperationDeadlines } from './deadlines.ts'
import { DuplicateOperationError, gateOf, NotAdmittedError } from './gate.ts'
import { recorderOf } from './record-outcome.ts'
import { type TrackedCmr, trackedCmr } from './sending.ts'
import type { ConflictingOperation } from './store/expected-results.ts'
import { intendOperation } from './store/operations.ts'

/** The end of an attempt. */
export type CommandResult =
  | { readonly kind: 'done'; readonly outcome: Outcome; readonly operationId?: string | undefined }
  /** A sentence in mrkdwn; nothing was done. */
  | { readonly kind: 'refused'; readonly sentence: string }
  /** Somebody else is asked for an approval; a sentence in mrkdwn, nothing was done. */
  | { readonly kind: 'requested'; readonly sentence: string }
  /** It is asked first whether it is meant; nothing was done. */
  | { readonly kind: 'question'; readonly question: Question }
  /** The same form was submitted before: it is under way, or done. */
  | { readonly kind: 'duplicate' }
  /** Somebody has asked for the same, and nothing was sent. */
  | { readonly kind: 'conflict'; readonly conflict: ConflictingOperation }
  | { readonly kind: 'invalid'; readonly error: InputError }
  /** `attempt` is the audit's row of it, or the operation, which a report to CMR is filled from. */
  | {
      readonly kind: 'failed'
      readonly error: CmrError
      readonly attempt: number | string
      readonly operationId?: string | undefined
    }
  /** A fault of our own before anything left; the log has it under this reference. */
  | { readonly kind: 'fault'; readonly reference: string }

/** Returns whether nothing was sent for certain, so that what was entered can be changed and sent again. */
export function isUnsent(result: CommandResult): boolean {
  if (result.kind === 'failed') return !result.error.mayHaveBeenAccepted
  return ['refused', 'invalid', 'conflict', 'fault'].includes(result.kind)
}

/** Dependencies of operations beyond those of their commands. */
export interface OperationContext extends CommandContext {
  readonly cmr: Cmr
  readonly deadlines: OperationDeadlines
  readonly audit: Audit
  readonly approvals: Pick<Approvals, 'request'>
  readonly members: Pick<MembershipGuard, 'admit'>
}

/** The origin of an attempt. */
export interface Origin {
  /** The key of the form or click. A second attempt with the same key does nothing. */
  readonly submissionKey?: string | undefined
  /** When the person was shown what they have confirmed. */
  readonly shownAt?: Date | undefined
  /** Somebody else has approved it at this price. */
  readonly approved?: { readonly cents: number | undefined } | undefined
  /** What the person was shown that it costs. */
  readonly shownCents?: number | undefined
  /** The run that it is an item of: the run's message is its receipt. */
  readonly bulk?: { readonly id: string; readonly messageTs: string | undefined } | undefined
  /** The intention is on disk, and nothing has left yet: it waits for this. */
  readonly onBegun?: (() => Promise<void>) | undefined
}

/**
 * Does what a command says, once: asks for permission, writes the intention down before anything is sent, and
 * leaves an audit row whatever comes of it. Never throws.
 */
export async function perform(
  command: Command,
  context: OperationContext,
  input: Values,
  { submissionKey, shownAt, shownCents, approved, bulk, onBegun }: Origin = {},
): Promise<CommandResult> {
  const { store, caller, clock, logger } = context
  const record = recorderOf(context)
  let permission: Permission | undefined
  let cents: number | undefined
  const audit = (
    row: Pick<Attempt, 'outcome' | 'detail' | 'reason' | 'actionId' | 'operationId'>,
    { error, transaction }: { readonly error?: unknown; readonly transaction?: Kysely<Schema> } = {},
  ) =>
    context.audit.record(
      {
        at: clock(),
        actor: caller.userId,
        from: caller,
        command: idOf(command),
        arguments: withCustomer(input, error),
        reason: permission?.reason,
        cents,
        ...row,
      },
      transaction,
    )

  try {
    const gone = await whyGone(context.members, caller)
    if (gone) {
      await audit({ outcome: 'refused', detail: gone })
      return { kind: 'refused', sentence: gone }
    }
    const verdict = await permit(context, command, input)
    permission = verdict
    const mayAsk = verdict.allowed || verdict.approvable
    const question = mayAsk && (await command.question?.(context, input))
    if (question) return { kind: 'question', question }
    if (!verdict.allowed && !(approved && verdict.approvable)) {
      await audit({ outcome: 'refused' })
      if (!verdict.approvable) return { kind: 'refused', sentence: verdict.refusal }
      return await askFirst(verdict.refusal)
    }
    const needsApproval = verdict.allowed && !approved && verdict.needsApproval
    if (needsApproval) return await askFirst(needsApproval)
    const role = verdict.allowed ? verdict.role : 'operator'
    if (command.effect === 'read' || command.own) {
      await onBegun?.()
      return await atOnce(command.customers === 'nobodys' ? undefined : verdict)
    }

    const operationId = await intendOperation(store.db, {
      submissionKey,
      bulk,
      endpoint: idOf(command),
      actor: caller.userId,
      channel: caller.channelId,
      threadTs: caller.threadTs,
      label: await spokenLabel(command.label?.(input) ?? `${command.noun} ${command.verb}`),
      at: clock(),
    })
    if (operationId === 'duplicate') return { kind: 'duplicate' }
    await onBegun?.()
    // Of a run only the whole was shown.
    const about = { role, shownCents, approved, runId: bulk?.id, ...(shownAt && !bulk && { shownAt }) }
    const gate = await gateOf(context, command, input, about).catch((error) => error as Error)
    if (gate instanceof Error) return await kept(operationId, gate)
    cents = gate.cents
    const sending = trackedCmr({
      ...context,
      operationId,
      shownAt,
      gate,
      onLeaving: (transaction) => audit({ outcome: 'pending', detail: SENT, operationId }, { transaction }),
    })
    try {
      const { cmr, sendEach, followWith, sendPlanned } = sending
      const outcome = await command.run({ ...context, cmr, sendEach, followWith, sendPlanned }, input)
      await completed(operationId, outcome)
      return { kind: 'done', outcome, operationId }
    } catch (error) {
      return await failedWhile(operationId, sending, error).catch((broken: unknown) =>
        sending.state() === 'nothing' ? fault(broken) : unwritten(operationId, broken),
      )
    }
  } catch (error) {
    return fault(error)
  }

  /** Nobody reads an id of CMR's: what it stands for is named in its place. */
  async function spokenLabel(label: string): Promise<string> {
    const names = label.split(', ')
    const spoken = await spokenIds(store, names)
    return names.map((one) => spoken.get(one) ?? one).join(', ')
  }

  /** It is done, and the operation says by whom: nobody must read that it failed because the audit cannot be written. */
  async function completed(operationId: string, outcome: Outcome) {
    const refusal = await record.answer(operationId, outcome)
    const how = refusal ? ({ outcome: 'failed', detail: refusal } as const) : ({ outcome: 'ok' } as const)
    await audit({ ...how, actionId: outcome.actionId, operationId }).catch((error: unknown) =>
      logger.error({ err: error, operationId }, 'the audit cannot be written'),
    )
  }

  async function failedWhile(operationId: string, sending: TrackedCmr, error: unknown) {
    if (sending.state() === 'answered') {
      // CMR has done it; only what the bot wanted to say about it went wrong.
      logger.error({ err: error, operationId }, 'CMR has answered, but the command could not show it')
      const label = escapeText(command.label?.(input) ?? '')
      const text = `:white_check_mark: *${escapeText(command.summary)}*: ${label}\nCMR has accepted it.`
      const outcome = { message: notice(text) }
      await completed(operationId, outcome)
      return { kind: 'done', outcome, operationId } as const
    }
    if (error instanceof NotAdmittedError) return kept(operationId, error)
    if (error instanceof DuplicateOperationError) {
      await record.refusal(operationId, error.message)
      await audit({ outcome: 'refused', detail: error.message, operationId })
      return { kind: 'conflict', conflict: error.conflict } as const
    }
    // An error that the client does not know may come from anywhere behind the request that left.
    const isOurs = sending.state() === 'sent' && !(error instanceof CmrError)
    const unknown = isOurs || (error instanceof CmrError && error.mayHaveBeenAccepted)
    const why = error instanceof Error ? error.message : String(error)
    const actionId = error instanceof CmrError ? error.actionId : undefined
    if (unknown) await record.unknown(operationId, idOf(command), { why, actionId })
    else await record.refusal(operationId, why)
    const outcome = unknown ? 'unknown' : 'failed'
    const attempt = await audit({ outcome, detail: detailOf(error), actionId, operationId }, { error })
    return isOurs ? unwritten(operationId, error) : failed(error, attempt, operationId)
  }

  /** It never left. */
  async function kept(operationId: string, error: Error): Promise<CommandResult> {
    await record.refusal(operationId, error.message)
    const attempt = await audit({ ...refusedOrFailed(error), operationId }, { error })
    const quote = !bulk && error instanceof NotAdmittedError && error.quote
    return quote ? askOthers(error.message, quote) : failed(error, attempt, operationId)
  }

  /** Nothing has begun: asks for an approval at the price of now. An item of a run waits for none. */
  async function askFirst(why: string): Promise<CommandResult> {
    if (bulk) return { kind: 'refused', sentence: why }
    await onBegun?.()
    const quote = await command.confirm?.(context, input).catch((error) => error as Error)
    if (quote instanceof Error) return failed(quote, await audit(refusedOrFailed(quote), { error: quote }))
    return askOthers(why, quote)
  }

  /** Asks for somebody else's approval, where that can be. */
  async function askOthers(why: string, quote: Confirmation | undefined): Promise<CommandResult> {
    if (quote?.refused) return { kind: 'refused', sentence: quote.text }
    const { approvers } = permission ?? {}
    const wish = { command, input: { ...input, ...quote?.input }, caller, quote, why, approvers }
    const sentence = await context.approvals.request(wish)
    return sentence ? { kind: 'requested', sentence } : { kind: 'refused', sentence: why }
  }

  /** It left, and the bot cannot write down what came of it: as soon as it can, it looks. */
  function unwritten(operationId: string, cause: unknown): CommandResult {
    const details = { kind: 'unknown-outcome', endpoint: idOf(command), mayHaveBeenAccepted: true } as const
    const sentence = `It was sent to CMR, then the bot failed (reference ${noteFault(logger, command, cause)}).`
    const error = new CmrError(sentence, details, cause)
    return { kind: 'failed', error, attempt: operationId, operationId }
  }

  function failed(error: unknown, attempt: number, operationId?: string): CommandResult {
    if (error instanceof CmrError) return { kind: 'failed', error, attempt, operationId }
    if (error instanceof InputError) return { kind: 'invalid', error }
    if (error instanceof NotAdmittedError) return { kind: 'refused', sentence: error.message }
    return fault(error)
  }

  function fault(error: unknown): CommandResult {
    return { kind: 'fault', reference: noteFault(logger, command, error) }
  }

  /** These leave no trace at CMR. */
  async function atOnce(verdict?: Permission): Promise<CommandResult> {
    const audited = !command.auditsItself && (!command.own || command.effect !== 'read')
    try {
      const outcome = await command.run(context, input)
      if (audited) await audit({ outcome: 'ok' })
      const only = verdict?.allowed ? verdict.customers : undefined
      return { kind: 'done', outcome: only ? await onlyTheirs(store, outcome, only) : outcome }
    } catch (error) {
      return failed(error, audited ? await audit(refusedOrFailed(error), { error }) : 0)
    }
  }
}

function refusedOrFailed(error: unknown): Pick<Attempt, 'outcome' | 'detail'> {
  return { outcome: error instanceof NotAdmittedError ? 'refused' : 'failed', detail: detailOf(error) }
}

function detailOf(error: unknown): string {
  if (error instanceof CmrError) return traceOf(error)
  return error instanceof Error ? error.message : String(error)
}
