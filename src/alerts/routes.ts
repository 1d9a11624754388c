import type { Place } from '../events/ingest.ts'

/** One event a mailbox: an order of three hundred would be three hundred messages. */
const piled = /^mailbox\.(created|updated|exported|warmup\.)/

/**
 * What an operation of ours caused is told in the thread of its receipt; everything else goes to one channel.
 * @param channel id or #name (`CMR_ALERTS_CHANNEL`); without it events are kept, and nobody hears of them
 */
export function placeIn(channel: string | undefined): Place {
  return ({ event }, own) => {
    if (own) {
      const pile = `operation:${own.id}`
      const where = { channel: own.channel, operationId: own.id, pile }
      if (!own.receiptTs) return [{ ...where, holdUntil: 'receipt' }]
      return [{ ...where, threadTs: own.receiptTs, holdUntil: own.gatherUntil }]
    }
    return channel ? [{ channel, pile: piled.test(event) ? event : null }] : []
  }
}
