import { formatDistanceStrict, hoursToMilliseconds } from '../process/dates.ts'

/** Where people sign in to CMR. What is done there only has no endpoint: auto top-up, webhook destinations. */
export const dashboardUrl = 'https://customers.coldmailreseller.com'

/**
 * Returns where money is added to the wallet, as a sentence without its end. Slack makes a link of the bare address, so
 * that it reads the same in a notification and in a file.
 */
export function addFunds(): string {
  return `Add funds on the Wallet page of the CMR dashboard (${dashboardUrl}), where you can also turn on auto top-up`
}

/** Returns whether CMR's reason says that the wallet was too low; it is free text. */
export function isWalletReason(reason: string | undefined): boolean {
  return /wallet|balance|insufficient|funds/i.test(reason ?? '')
}

/** Where to look for webhooks that do not come. */
export const webhookSettings =
  'Check Settings → Webhooks in CMR’s dashboard: this destination may be turned off, or its events not selected. The log there shows what was sent and can send it again.'

/** Webhooks come with every change at CMR: a longer silence is worth a look. */
const QUIET_MS = hoursToMilliseconds(24)

/**
 * Returns what may be wrong where no webhook has come for a day, or none at all; undefined otherwise, and where nothing
 * has happened that one would have told. CMR's dashboard keeps destinations, their switch, their choice of events and
 * their log ("Webhooks").
 * @param last when the last one came
 * @param found how many changes reading CMR has found since; undefined where nobody reads it
 */
export function webhookSilence(last: Date | undefined, now: Date, found?: number): string | undefined {
  if (!last) return `No webhook has come yet. ${webhookSettings}`
  if (now.getTime() - last.getTime() < QUIET_MS || found === 0) return undefined
  const quiet = `No webhook has come for ${formatDistanceStrict(last, now)}`
  if (found === undefined)
    return `${quiet}. If anything has changed at CMR since, ${webhookSettings.charAt(0).toLowerCase()}${webhookSettings.slice(1)}`
  const changes = found === 1 ? 'one change' : `${found} changes`
  return `${quiet}, and reading CMR has found ${changes} since. ${webhookSettings}`
}
