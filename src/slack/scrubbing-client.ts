import { WebClient } from '@slack/web-api'
import { scrubForEverybody, scrubForOneReader } from './scrub.ts'

const forOneReader = /^(views\.|chat\.postEphemeral$)/

/** A Web API client that takes credentials which the bot has seen out of everything that it sends. */
export class ScrubbingClient extends WebClient {
  override apiCall(...[method, options]: Parameters<WebClient['apiCall']>): ReturnType<WebClient['apiCall']> {
    const scrub = forOneReader.test(method) ? scrubForOneReader : scrubForEverybody
    return super.apiCall(method, scrub(options))
  }
}
