import type { Logger } from 'pino'
import { createBackgroundLoop, type Worker } from '../process/background-loop.ts'
import type { Check } from './health.ts'

/** With the half minute for which a check is kept, admins know within a minute. */
const LOOK_MS = 15_000

/**
 * Tells the admins that Slack or CMR refuses a key, once for as long as it lasts. Where it is the bot token no direct
 * message leaves: the log, `/readyz` and the metrics say so, and `/cmr status`, whose answer needs no token.
 * @param parts.checks every check, as `/readyz` has them
 * @param parts.notifyAdmins sends a direct message, in mrkdwn, and tells whether somebody was reached
 */
export function createRefusedKeys(parts: {
  readonly checks: () => Promise<readonly Check[]>
  readonly notifyAdmins: (mrkdwn: string) => Promise<boolean>
  readonly logger: Logger
}): Worker {
  const { checks, notifyAdmins, logger } = parts
  /** Names of checks, with whether an admin was reached. */
  const refused = new Map<string, boolean>()
  let isFirst = true

  async function look() {
    // The start has just signed in.
    if (isFirst) {
      isFirst = false
      return
    }
    const all = await checks()
    for (const { name, ok, isKeyRefused, tells } of all) {
      if (ok) await accepted(name)
      else if (isKeyRefused) await refuse(name, tells)
    }
  }

  async function refuse(name: string, tells: string) {
    if (!refused.has(name)) logger.error({ check: name }, tells)
    if (refused.get(name)) return
    const text = `:rotating_light: *${tells}.* Then restart the bot. Until then webhooks from CMR are still stored, and nothing is lost.`
    refused.set(name, await notifyAdmins(text))
  }

  async function accepted(name: string) {
    const wasTold = refused.get(name)
    refused.delete(name)
    if (wasTold) await notifyAdmins(`:white_check_mark: ${name} accepts the bot’s key again.`)
  }

  return createBackgroundLoop({
    name: 'Keys',
    serves: 'commands',
    everyMs: LOOK_MS,
    round: look,
    onError: 'the keys could not be looked at; tries again',
    logger,
  })
}
