import type { Route } from '../events/receive.ts'

/** One event a mailbox: an order of three hundred would be three hundred messages. */
const piled = /^mailbox\.(created|updated|exported|warmup\.)/

/**
 * Everything goes to one channel.
 * @param channel id or #name (`CMR_ALERTS_CHANNEL`); without it events are kept, and nobody hears of them
 */
export function routeTo(channel: string | undefined): Route {
  return ({ event }) => (channel ? [{ channel, pile: piled.test(event) ? event : null }] : [])
}
