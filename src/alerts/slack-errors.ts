import { ErrorCode } from '@slack/web-api'

/** What a failed call of Slack means for the message that was to be posted. */
export type PostFailure =
  /** Slack said no: nothing was posted. */
  | { readonly kind: 'refused'; readonly error: string }
  /** Slack does not take the message as it is. */
  | { readonly kind: 'content'; readonly error: string }
  | { readonly kind: 'paced'; readonly error: string; readonly retryAfterMs: number }
  /** It may have been posted. */
  | { readonly kind: 'unknown'; readonly error: string }

const content =
  /^(invalid_blocks|invalid_blocks_format|msg_too_long|msg_blocks_too_long|no_text|metadata_\w+|invalid_metadata\w*|invalid_arguments)$/
const doubtful = /^(internal_error|fatal_error|service_unavailable|request_timeout)$/

/** @param error what `chat.postMessage` was rejected with ("chat.postMessage: errors", "Rate limits") */
export function postFailure(error: unknown): PostFailure {
  if (!(error instanceof Error)) return { kind: 'unknown', error: String(error) }
  const details = error as Error & { code?: string; data?: { error?: string }; retryAfter?: number }
  if (details.code === ErrorCode.RateLimitedError) {
    return { kind: 'paced', error: 'ratelimited', retryAfterMs: (details.retryAfter ?? 1) * 1000 }
  }
  const said = details.data?.error
  if (details.code !== ErrorCode.PlatformError || !said) return { kind: 'unknown', error: error.message }
  if (said === 'ratelimited') return { kind: 'paced', error: said, retryAfterMs: 1000 }
  if (content.test(said)) return { kind: 'content', error: said }
  return { kind: doubtful.test(said) ? 'unknown' : 'refused', error: said }
}
