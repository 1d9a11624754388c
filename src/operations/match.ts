import { subjectsOf } from '../cmr/webhooks.ts'
import type { Match } from '../events/ingest.ts'
import { operationsNamed } from '../store/operations.ts'

/** Finds whose operations caused events: by actionId, else by orderId. */
export const matchOperations: Match = async (db, events) => {
  const causes = events.map((event) => subjectsOf(JSON.parse(event.data) as Record<string, unknown>)[0] ?? {})
  const actionIds = causes.flatMap(({ actionId }) => actionId ?? [])
  const orderIds = causes.flatMap(({ orderId }) => orderId ?? [])
  const found = await operationsNamed(db, { actionIds, orderIds })
  return causes.map(({ actionId, orderId }) => {
    const operation =
      found.find((one) => actionId !== undefined && one.action_id === actionId) ??
      found.find((one) => orderId !== undefined && one.order_id === orderId)
    if (!operation) return undefined
    const { id, actor, channel, receipt_ts } = operation
    return { id, actor, channel: channel ?? actor, receiptTs: receipt_ts ?? undefined }
  })
}
