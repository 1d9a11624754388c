import type { JsonObject } from '../../cmr/json.ts'
import { outcomes, type ReconcileRequest, type Reconciler, textOf } from '../../operations/reconciler.ts'

/** The warm-up of the one mailbox that a request is about; nothing where it has none. */
async function warmupOf({ cmr, sent }: ReconcileRequest): Promise<JsonObject | undefined> {
  const mailboxId = String(sent.query.mailboxId ?? sent.body.mailboxId)
  const { data } = await cmr.mailboxes.get({ query: { mailboxId } })
  const warmup = ((data as JsonObject).warmup ?? undefined) as JsonObject | undefined
  return textOf(warmup, 'status') === 'STOPPED' ? undefined : warmup
}

export const reconcileWarmupStart: Reconciler = async (asked) => {
  const status = textOf(await warmupOf(asked), 'status')
  return outcomes(asked.waiting, () => (status === 'PENDING' ? 'begun' : status ? 'done' : undefined))
}

export const reconcileWarmupEnd: Reconciler = async (asked) => {
  const warmup = await warmupOf(asked)
  return outcomes(asked.waiting, () => (warmup ? undefined : 'done'))
}

/** A status, or settings: what was sent is what is there. */
export const reconcileWarmupChange: Reconciler = async (asked) => {
  const warmup = await warmupOf(asked)
  const same = Object.entries(asked.sent.body).every(([field, value]) => warmup?.[field] === value)
  return outcomes(asked.waiting, () => (same ? 'done' : undefined))
}
