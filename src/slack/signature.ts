import { createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** Older or newer requests may be replayed ones ("Verifying requests from Slack"). */
const WINDOW_S = 5 * 60

/**
 * Tells whether a request comes from Slack ("Verifying requests from Slack").
 * @param rawBody the bytes as they came: the signature is made over them
 * @param now in milliseconds since 1970
 */
export function isSignedBySlack(
  rawBody: Buffer,
  headers: IncomingHttpHeaders,
  signingSecret: string,
  now: number,
): boolean {
  const { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': signature } = headers
  if (typeof timestamp !== 'string' || !/^\d{1,12}$/.test(timestamp)) return false
  if (Math.abs(now / 1000 - Number(timestamp)) > WINDOW_S) return false
  const expected = createHmac('sha256', signingSecret)
    .update(`v0:${timestamp}:`)
    .update(rawBody)
    .digest('hex')
  const given = Buffer.from(String(signature))
  const wanted = Buffer.from(`v0=${expected}`)
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}
