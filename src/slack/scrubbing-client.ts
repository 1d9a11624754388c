import { WebClient } from '@slack/web-api'
import { scrubDeep } from '../process/seen-secrets.ts'

/** Fields that Slack reads as identifiers: nobody reads them, and a changed one would mean something else. */
export const identifiers = new Set(
  'type action_id block_id callback_id channel channel_id user ts thread_ts token event_type event_payload'.split(
    ' ',
  ),
)

/** One person alone sees these. Their texts come scrubbed, but for a login that this person has asked for. */
const forOneReader = /^(views\.|chat\.postEphemeral$)/

/** A Web API client that takes credentials which the bot has seen out of everything that it posts. */
export class ScrubbingClient extends WebClient {
  override apiCall(...[method, options]: Parameters<WebClient['apiCall']>): ReturnType<WebClient['apiCall']> {
    return super.apiCall(method, forOneReader.test(method) ? options : scrubDeep(options, identifiers))
  }
}
