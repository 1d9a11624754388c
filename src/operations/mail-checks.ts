import type { ExpectedResultRow } from './store/expected-results.ts'

/** What a domain was seen to lack for mail. */
export interface MailCheck {
  readonly domain: string
  /** "MX", "SPF", "DKIM", "DMARC" */
  readonly needs: readonly string[]
}

/** The finding of a look that missed nothing. */
export const NOTHING_MISSING = 'nothing'

/** Returns whether the bot can add it: the key of DKIM is the provider's to make. */
export const isAddable = (need: string) => need !== 'DKIM'

/** Returns what was seen of each domain of an operation that was looked at. */
export function mailChecks(parts: readonly ExpectedResultRow[]): MailCheck[] {
  return parts
    .filter(({ kind, state }) => kind === 'mail check' && state === 'done')
    .flatMap(({ name, detail }) => {
      // CMR did not say.
      if (detail === null) return []
      return [{ domain: name, needs: detail === NOTHING_MISSING ? [] : detail.split(', ') }]
    })
}
