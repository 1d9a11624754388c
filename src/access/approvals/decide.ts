import type { Kysely } from 'kysely'
import { money } from '../../cmr/money.ts'
import type { Command } from '../../commands/command.ts'
import type { CommandContext } from '../../commands/context.ts'
import type { Values } from '../../commands/field.ts'
import { escapeText } from '../../slack/blocks.ts'
import type { Schema } from '../../store/schema.ts'
import type { Audit } from '../audit/audit.ts'
import { limitsOf } from '../limits.ts'
import { permit } from '../permit.ts'
import { readPolicy } from '../policy.ts'
import { standOf } from './messages.ts'
import { type Approval, approvalOf, changeApproval, lockApproval, sealedContent } from './store.ts'

/** What somebody decides. */
export type ApprovalDecision =
  | { readonly kind: 'approve' }
  | { readonly kind: 'refuse'; readonly why: string }

/**
 * Decides a request, once, however many click: whoever comes later reads how it was decided.
 * @returns what the person who clicked reads, in mrkdwn
 */
export async function decideApproval(
  context: CommandContext & { readonly audit: Audit },
  command: Command | undefined,
  id: string,
  decision: ApprovalDecision,
): Promise<string> {
  const { store, audit, caller, clock } = context
  const why = decision.kind === 'refuse' ? decision.why : undefined
  const record = (
    outcome: 'ok' | 'refused',
    detail: string | undefined,
    one: Approval | undefined,
    transaction?: Kysely<Schema>,
  ) =>
    audit.record(
      {
        at: clock(),
        actor: caller.userId,
        from: caller,
        command: `approvals.${decision.kind}`,
        arguments: { request: id, command: one?.command, requester: one?.requester, seal: one?.seal, why },
        outcome,
        detail,
        cents: one?.cents ?? undefined,
      },
      transaction,
    )

  const found = await approvalOf(store.db, id)
  const { objection, approvers = 1 } =
    found && command
      ? await mayDecide(context, command, found)
      : { objection: `There is no request ${escapeText(id)}: \`/cmr approvals\` lists them.` }
  if (objection) {
    await record('refused', objection, found)
    return `:no_entry: ${objection}`
  }
  return store.db.transaction().execute(async (transaction) => {
    const one = await lockApproval(transaction, id)
    const late = one ? await tooLate(transaction, one) : 'It is gone.'
    if (!one || late) {
      await record('refused', late, one, transaction)
      return late ?? ''
    }
    await record('ok', why, one, transaction)
    if (decision.kind === 'refuse') {
      const change = { state: 'refused', refused_by: caller.userId, outcome: decision.why } as const
      return standOf(await changeApproval(transaction, id, change))
    }
    const by = [...(JSON.parse(one.approved_by) as string[]), caller.userId]
    // A policy that became stricter meanwhile counts; one that became laxer does not.
    const needed = Math.max(one.approvers, approvers)
    const state = by.length >= needed ? ('approved' as const) : ('open' as const)
    const decided = { approvers: needed, approved_by: JSON.stringify(by) }
    const seal = audit.sign(sealedContent({ ...one, ...decided }))
    return standOf(await changeApproval(transaction, id, { ...decided, seal, state }))
  })

  /** Returns why there is nothing to decide any more, and brings the card up to date. */
  async function tooLate(db: Kysely<Schema>, one: Approval): Promise<string | undefined> {
    if (one.state !== 'open') return `It has already been decided. ${standOf(one)}`
    if (one.expires_at <= clock().toISOString())
      return standOf(await changeApproval(db, id, { state: 'expired' }))
    if (!audit.isSigned(sealedContent(one), one.seal)) {
      const outcome = 'What was stored differs from what was requested.'
      return standOf(await changeApproval(db, id, { state: 'changed', outcome }))
    }
    if (decision.kind === 'approve' && (JSON.parse(one.approved_by) as string[]).includes(caller.userId))
      return 'You have already approved it. Somebody else has to approve it too.'
    return undefined
  }
}

/** Who may decide on something, or why not. */
interface MayDecide {
  readonly objection?: string
  /** How many have to approve it, by the policy as it is now. */
  readonly approvers?: number | undefined
}

/** Never the requester, nobody who may not do it themselves, nobody whose limit is lower. */
async function mayDecide(
  context: CommandContext,
  command: Command,
  { requester, input, cents }: Approval,
): Promise<MayDecide> {
  const { userId: user } = context.caller
  if (user === requester) return { objection: 'You cannot decide on your own request: somebody else has to.' }
  const verdict = await permit(context, command, JSON.parse(input) as Values)
  if (!verdict.allowed)
    return { objection: `Only people who may do this themselves can decide on it. ${verdict.refusal}` }
  const { approvers } = verdict
  if (command.effect !== 'charge') return { approvers }
  const { policy } = await readPolicy(context.store.db)
  const limits = Object.values(limitsOf(policy, { user, role: verdict.role }))
  const lowest = Math.min(...limits.filter((one) => one !== undefined))
  if (lowest === Number.POSITIVE_INFINITY || (cents !== null && cents <= lowest)) return { approvers }
  return { objection: `Your own limit is lower: ${money(lowest)}.` }
}
