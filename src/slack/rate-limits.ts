import { retryAfterMs } from '../process/retries.ts'

/**
 * Slack's limits are by the minute ("Rate limits"). A `Retry-After` that names hours is cut to this: after it one
 * message a channel finds out whether it is over.
 */
export const LONGEST_PAUSE_MS = 60_000

/**
 * Fetches as the Web API client wants it: every 429 carries whole seconds, at least one and at most
 * `LONGEST_PAUSE_MS`. The client knows no other form, and where it waits by itself it waits for as long as it is told.
 */
export const fetchFromSlack: typeof fetch = async (input, init) => {
  const response = await fetch(input, init)
  if (response.status !== 429) return response
  const headers = new Headers(response.headers)
  headers.set('retry-after', String(Math.ceil(retryAfterMs(response, LONGEST_PAUSE_MS) / 1000)))
  return new Response(response.body, { status: 429, statusText: response.statusText, headers })
}
