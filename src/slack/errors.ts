import { ErrorCode } from '@slack/web-api'

/** The consequence of a failed Slack call for the message that was to be posted. */
export type PostFailure =
  | {
      readonly kind: /** Slack said no, for a reason that may pass: nothing was posted. */
        | 'refused'
        /** Slack does not take the message as it is. */
        | 'content'
        /** Not in this thread. */
        | 'thread'
        /** Not in this channel, until somebody does something about it. */
        | 'channel'
        /** Slack accepts nothing from this app until somebody changes something. */
        | 'token'
        /** It may have been posted. */
        | 'unknown'
      readonly error: string
    }
  | { readonly kind: 'paced'; readonly error: string; readonly retryAfterMs: number }

/** The sentence about a channel that Slack refuses, by Slack's error ("chat.postMessage: errors"). */
const brokenChannels: Readonly<Record<string, string>> = {
  channel_not_found: 'Slack has no such channel, or the bot cannot see it',
  not_in_channel: 'the bot is not a member',
  is_archived: 'the channel is archived',
  restricted_action: 'the workspace does not let the bot post',
  restricted_action_read_only_channel: 'the channel is read-only',
  restricted_action_thread_only_channel: 'only replies in threads are allowed',
  channel_type_not_supported: 'messages cannot be posted in this kind of channel',
  method_not_supported_for_channel_type: 'messages cannot be posted in this kind of channel',
  access_denied: 'Slack does not give the bot access',
  no_permission: 'Slack does not give the bot access',
  external_channel_migrating: 'Slack is moving the channel',
  posting_to_channel_denied: 'the bot may not post',
  user_not_found: 'the person is no longer there',
  user_disabled: 'the person’s account is deactivated',
  cannot_dm_bot: 'messages cannot be sent to bots',
  messages_tab_disabled: 'messages to the bot are turned off in the app’s settings',
}
const tokens =
  /^(token_revoked|token_expired|invalid_auth|not_authed|account_inactive|missing_scope|not_allowed_token_type|org_login_required|team_access_not_granted|ekm_access_denied)$/
const threads =
  /^(thread_not_found|cannot_reply_to_message|invalid_thread_ts|restricted_action_thread_locked|restricted_action_non_threadable_channel)$/
const contents =
  /^(invalid_blocks|invalid_blocks_format|msg_too_long|msg_blocks_too_long|no_text|too_many_attachments|metadata_\w+|invalid_metadata\w*|invalid_arguments)$/
const doubtful = /^(internal_error|fatal_error|service_unavailable|request_timeout)$/
/** An error of Slack's. Of an answer that is not JSON, such as one that was cut off, web-api gives the text instead. */
const errorCode = /^\w+$/
const NOT_JSON = 'an answer that is not JSON'

/** @param error what `chat.postMessage` was rejected with ("chat.postMessage: errors", "Rate limits") */
export function postFailure(error: unknown): PostFailure {
  if (error instanceof NoSuchChannel) return { kind: 'channel', error: 'channel_not_found' }
  if (!(error instanceof Error)) return { kind: 'unknown', error: String(error) }
  const details = error as Error & { code?: string; data?: { error?: string }; retryAfter?: number }
  if (details.code === ErrorCode.RateLimitedError) {
    return { kind: 'paced', error: 'ratelimited', retryAfterMs: (details.retryAfter ?? 1) * 1000 }
  }
  const said = details.data?.error
  if (details.code !== ErrorCode.PlatformError || !said) return { kind: 'unknown', error: error.message }
  if (!errorCode.test(said)) return { kind: 'unknown', error: NOT_JSON }
  if (said === 'ratelimited' || said === 'rate_limited')
    return { kind: 'paced', error: said, retryAfterMs: 1000 }
  return { kind: kindOf(said), error: said }
}

/** Returns whether Slack's answer was lost or cut off on its way; one that it took its time for is not asked for again. */
export function isAnswerLost(error: unknown): boolean {
  const { code, cause } = error as { code?: string; cause?: { name?: string } }
  if (code === ErrorCode.PlatformError) return postFailure(error).error === NOT_JSON
  // What breaks off in the middle of a body comes without a code of the client's.
  return code === ErrorCode.RequestError ? cause?.name !== 'TimeoutError' : error instanceof TypeError
}

function kindOf(said: string): Exclude<PostFailure['kind'], 'paced'> {
  if (Object.hasOwn(brokenChannels, said)) return 'channel'
  if (tokens.test(said)) return 'token'
  if (threads.test(said)) return 'thread'
  if (contents.test(said)) return 'content'
  return doubtful.test(said) ? 'unknown' : 'refused'
}

/** Slack does not let the bot write there, and has done nothing. */
export function mayNotWrite({ kind }: PostFailure): boolean {
  return kind === 'channel' || kind === 'refused'
}

/** Slack has posted nothing and will not: neither what may pass, nor what it may have done after all. */
export function isNotPosted(failure: PostFailure): boolean {
  return mayNotWrite(failure) || failure.kind === 'content' || failure.kind === 'thread'
}

/** The message is gone, or nobody may change it any more ("chat.update: errors"). */
export function isBeyondEditing({ error }: PostFailure): boolean {
  return /^(message_not_found|cant_update_message|edit_window_closed)$/.test(error)
}

/** Why alerts for a name wait, as the end of a sentence. */
export const NAME_UNKNOWN = 'Slack has not let the bot look the name up yet'

/** Why a channel is left alone for a while, as the end of a sentence. */
export function whyPaced(error: string | null): string {
  if (error === 'ratelimited' || error === 'rate_limited') return 'Slack asked the bot to pause'
  return `Slack did not take the last message (${error ?? 'no answer'})`
}

/** Why a channel is not posted to, as the end of a sentence. */
export function whyBroken(error: string | null): string {
  if (error === 'name_unknown') return NAME_UNKNOWN
  return (error && brokenChannels[error]) ?? `Slack says ${error ?? 'no'}`
}

/** No channel that the bot can see has this name. */
export class NoSuchChannel extends Error {
  constructor(name: string) {
    super(`The bot cannot find a channel called ${name}.`)
    this.name = 'NoSuchChannel'
  }
}
