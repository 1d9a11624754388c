import type { Logger } from 'pino'
import { type Command, type Confirmation, idOf } from '../../commands/command.ts'
import type { Caller } from '../../commands/context.ts'
import { holdsSecret } from '../../commands/drafts.ts'
import type { Values } from '../../commands/field.ts'
import { readBack } from '../../commands/read-back.ts'
import { createBackgroundLoop, type Worker } from '../../process/background-loop.ts'
import {
  addMilliseconds,
  millisecondsInHour,
  millisecondsInMinute,
  subMilliseconds,
} from '../../process/dates.ts'
import { escapeText } from '../../slack/blocks.ts'
import type { PostedMessages } from '../../slack/posted-message.ts'
import type { Store } from '../../store/store.ts'
import type { Audit } from '../audit/audit.ts'
import { readPolicy } from '../policy.ts'
import { createApprovalCards } from './cards.ts'
import {
  type Approval,
  changeApproval,
  claimApproval,
  freeApprovals,
  overdueApprovals,
  sealedContent,
  storeApproval,
} from './store.ts'

const LOOK_MS = 500
/** Nothing that is approved takes longer to be begun: whoever was running it has died. */
const STALE_MS = 2 * millisecondsInMinute

/** What somebody may not do alone. */
export interface ApprovalWish {
  readonly command: Command
  readonly input: Values
  readonly caller: Caller
  /** What would be done, where the command tells it. */
  readonly quote: Confirmation | undefined
  /** mrkdwn */
  readonly why: string
  /** How many have to approve it; as many as policy says for everything, where it is not said. */
  readonly approvers?: number | undefined
}

/** Asks for approvals, shows them, and runs what was approved. */
export interface Approvals extends Worker {
  /** @returns what the person reads, in mrkdwn; nothing where no approval can be asked for */
  request(wish: ApprovalWish): Promise<string | undefined>
}

/** What somebody has approved. */
export interface ApprovedRequest {
  readonly id: string
  readonly cents: number | undefined
  /** What was done since then, nobody has approved a second time. */
  readonly requestedAt: Date
}

/** What running an approved request came to. */
export interface ApprovedRun {
  /** mrkdwn */
  readonly outcome: string
  readonly operationId?: string | undefined
}

/**
 * @param parts.quote asks for price and state anew, as the requester
 * @param parts.run runs the request as the requester; twice with the same id runs it once
 */
export function createApprovals(parts: {
  readonly store: Store
  readonly audit: Audit
  readonly messages: PostedMessages
  readonly commandById: (id: string) => Command | undefined
  readonly quote: (command: Command, caller: Caller, input: Values) => Promise<Confirmation | undefined>
  readonly run: (
    command: Command,
    caller: Caller,
    input: Values,
    approval: ApprovedRequest,
  ) => Promise<ApprovedRun>
  readonly clock: () => Date
  readonly logger: Logger
}): Approvals {
  const { store, audit, messages, clock, logger } = parts
  const cards = createApprovalCards({ store, messages, clock, logger })
  const loop = createBackgroundLoop({
    name: 'Approvals',
    serves: 'changes',
    everyMs: LOOK_MS,
    round,
    onError: 'approvals cannot be looked at; tries again',
    logger,
  })

  async function round() {
    const now = clock()
    const staleBefore = subMilliseconds(now, STALE_MS)
    for (const { id } of await overdueApprovals(store.db, now)) await expire(id, now)
    for (;;) {
      const next = loop.signal.aborted ? undefined : await claimApproval(store.db, { now, staleBefore })
      if (!next) break
      await carryOut(next)
    }
    await cards.bringUpToDate(staleBefore)
  }

  async function expire(id: string, now: Date) {
    await store.db.transaction().execute(async (transaction) => {
      const expired = await transaction
        .updateTable('approvals')
        .set((expression) => ({ state: 'expired', version: expression('version', '+', 1) }))
        .where('id', '=', id)
        .where('state', '=', 'open')
        .executeTakeFirst()
      if (expired.numUpdatedRows === 0n) return
      const about = { actor: 'bot', command: 'approvals.expire', arguments: { request: id } }
      await audit.record({ at: now, ...about, outcome: 'ok' }, transaction)
    })
  }

  async function carryOut(one: Approval) {
    const command = parts.commandById(one.command)
    const input = JSON.parse(one.input) as Values
    const caller: Caller = {
      userId: one.requester,
      teamId: one.team,
      channelId: one.channel ?? undefined,
      threadTs: one.thread_ts ?? undefined,
      via: 'approval',
    }
    try {
      if (!command || !isApproved(one) || !audit.isSigned(sealedContent(one), one.seal))
        return await changed(one, 'What was stored differs from what was approved.')
      if (!(await isBegun(one)) && (await isChanged(one, command, caller, input))) return
      const done = await parts.run(command, caller, input, {
        id: keyOf(one.id),
        cents: one.cents ?? undefined,
        requestedAt: new Date(one.created_at),
      })
      await changeApproval(store.db, one.id, {
        state: 'done',
        outcome: done.outcome,
        operation_id: done.operationId ?? null,
      })
    } catch (error) {
      logger.error({ err: error, approval: one.id }, 'what was approved could not be run')
      // It may have been sent: nobody is told otherwise, and what came of it is noted with the next try.
      if (await isBegun(one)) return
      await changed(one, 'The price could not be checked again. Request it again.')
    }
  }

  async function isBegun({ id }: Approval): Promise<boolean> {
    const key = keyOf(id)
    const operations = store.db.selectFrom('operations').select('id').where('submission_key', '=', key)
    return (await operations.executeTakeFirst()) !== undefined
  }

  /** A changed price or state is asked anew: nobody has approved that. */
  async function isChanged(one: Approval, command: Command, caller: Caller, input: Values): Promise<boolean> {
    const quote = await parts.quote(command, caller, input)
    if (!quote || (!quote.refused && (quote.cents ?? null) === one.cents && quote.text === one.question))
      return false
    if (quote.refused) {
      await changed(one, quote.text)
      return true
    }
    await changed(one, 'The price or its state has changed, so approval is needed again.')
    const { why, approvers } = one
    await request({ command, input: { ...input, ...quote.input }, caller, quote, why, approvers })
    return true
  }

  async function changed({ id }: Approval, outcome: string) {
    await changeApproval(store.db, id, { state: 'changed', outcome })
  }

  async function request({
    command,
    input,
    caller,
    quote,
    why,
    ...wish
  }: ApprovalWish): Promise<string | undefined> {
    const { policy } = await readPolicy(store.db)
    const { channel, hours } = policy.approvals
    // What holds a secret is stored nowhere.
    if (!channel || holdsSecret(input)) return undefined
    const now = clock()
    const stored = await store.db.transaction().execute(async (transaction) => {
      const one = await storeApproval(transaction, audit.sign, {
        requester: caller.userId,
        team: caller.teamId,
        channel: caller.channelId ?? null,
        thread_ts: caller.threadTs ?? null,
        command: idOf(command),
        input: JSON.stringify(input),
        cents: quote?.cents ?? null,
        question: quote?.text ?? `*${escapeText(command.summary)}*\n${readBack(command.input, input)}`,
        details: quote ? detailsOf(quote) : null,
        why,
        approvers: wish.approvers ?? policy.approvals.approvers,
        created_at: now.toISOString(),
        expires_at: addMilliseconds(now, hours * millisecondsInHour).toISOString(),
      })
      await audit.record(
        {
          at: now,
          actor: caller.userId,
          from: caller,
          command: 'approvals.request',
          arguments: { request: one.id, command: one.command, input, seal: one.seal },
          outcome: 'pending',
          cents: one.cents ?? undefined,
        },
        transaction,
      )
      return one
    })
    loop.wake()
    return `:raised_hand: ${why} *Approval was requested in <#${channel}>* (request ${stored.id}): you will be notified of the decision. Once approved, it runs in your name. Nothing was done yet.`
  }

  return {
    ...loop,
    request,
    async start() {
      if (store.dialect === 'sqlite') await freeApprovals(store.db)
      cards.start()
      await loop.start()
    },
  }
}

/** What a confirmation shows below its text: prices, the wallet, doubts. */
function detailsOf({ blocks = [] }: Confirmation): string | null {
  const texts = blocks.flatMap((block) => (block.type === 'section' && block.text ? [block.text.text] : []))
  return texts.length > 0 ? texts.join('\n') : null
}

function isApproved({ approvers, approved_by }: Approval): boolean {
  return (JSON.parse(approved_by) as string[]).length >= approvers
}

/** What makes an approved request the same one, however often its run is begun. */
function keyOf(id: string): string {
  return `approval:${id}`
}
