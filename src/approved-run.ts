import type { ApprovedRequest, ApprovedRun } from './access/approvals/approvals.ts'
import type { Command } from './commands/command.ts'
import { messageOf } from './listeners/outcome-message.ts'
import { type OperationContext, perform } from './operations/perform.ts'
import type { Receipts } from './operations/receipts.ts'
import { operationWithKey } from './operations/store/operations.ts'

/** Runs what was approved as the one who asked for it, in their channel; a second run with the same id does nothing. */
export async function runApproved(
  context: OperationContext,
  receipts: Pick<Receipts, 'show'>,
  command: Command,
  input: Record<string, unknown>,
  { id, cents, requestedAt }: ApprovedRequest,
): Promise<ApprovedRun> {
  const result = await perform(command, context, input, {
    submissionKey: id,
    approved: { cents },
    shownAt: requestedAt,
  })
  const earlier = result.kind === 'duplicate' ? await operationWithKey(context.store.db, id) : undefined
  const operationId = earlier?.id ?? ('operationId' in result ? result.operationId : undefined)
  if (result.kind !== 'done' && result.kind !== 'duplicate')
    return { outcome: (await messageOf(context, context.caller, command, input, result)).text, operationId }
  // What is about the bot itself has no receipt.
  if (result.kind === 'done' && command.own) return { outcome: result.outcome.message.text }
  if (operationId) await receipts.show(operationId)
  return { outcome: 'It was sent to CMR; its receipt shows how it ends.', operationId }
}
