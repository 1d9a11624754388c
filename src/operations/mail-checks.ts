import type { ExpectedResultRow } from './store/expected-results.ts'

/** What a domain was seen to lack for mail. */
export interface MailCheck {
  readonly domain: string
  /** "MX", "SPF", "DKIM", "DMARC"; undefined where CMR did not say. */
  readonly needs: readonly string[] | undefined
}

/** The finding of a look that missed nothing. */
export const NOTHING_MISSING = 'nothing'

/** Returns what of it the bot can add: the key of DKIM is the provider's to make. */
export const addable = ({ needs = [] }: MailCheck): string[] => needs.filter((need) => need !== 'DKIM')

/** Returns whether a domain can send, as far as is known: it lacks nothing that the bot can add. */
export const isAbleToSend = (check: MailCheck) => check.needs !== undefined && addable(check).length === 0

/** Returns what was seen of each domain of an operation that came about. */
export function mailChecks(parts: readonly ExpectedResultRow[]): MailCheck[] {
  const looks = parts.filter(({ kind, state }) => kind === 'mail check' && state !== 'waiting')
  return looks.flatMap(({ name, state, detail }): MailCheck[] => {
    if (state === 'failed' || detail === null)
      return cameAbout(name, parts) ? [{ domain: name, needs: undefined }] : []
    return [{ domain: name, needs: detail === NOTHING_MISSING ? [] : detail.split(', ') }]
  })
}

/** Whether there is anything on a domain that could send. */
function cameAbout(domain: string, parts: readonly ExpectedResultRow[]): boolean {
  return parts.some(
    ({ kind, name, state }) =>
      kind !== 'mail check' &&
      state === 'done' &&
      (name === domain || name.endsWith(`@${domain}`) || name.startsWith(`${domain} `)),
  )
}
