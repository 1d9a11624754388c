import type { Logger } from 'pino'
import type { HealthCheck } from './health/health.ts'
import { momentText } from './process/day-text.ts'

/** Errors that nobody caught, a library's among them. */
export interface UnexpectedErrors {
  /** Logs and counts one. */
  note(error: unknown): void
  count(): number
  readonly check: HealthCheck
}

/** Recent enough that somebody should look into the log. */
const RECENT_MS = 24 * 60 * 60 * 1000

/**
 * Keeps the process alive through errors that nobody caught: webhooks are taken all the same. They are logged and
 * counted. What they say stays in the log: it may name what is nobody else's business.
 */
export function createUnexpectedErrors(parts: {
  readonly logger: Logger
  readonly clock: () => Date
}): UnexpectedErrors {
  const { logger, clock } = parts
  let count = 0
  let lastAt: Date | undefined
  return {
    note(error) {
      count++
      lastAt = clock()
      logger.error({ err: error }, 'an error that nobody caught; the bot goes on')
    },
    count: () => count,
    check: {
      name: 'Process',
      serves: 'commands',
      async look() {
        if (!lastAt) return 'no unexpected error since the start'
        const seen = `${count === 1 ? 'one unexpected error' : `${count} unexpected errors`} since the start, the last on ${momentText(lastAt)}`
        if (clock().getTime() - lastAt.getTime() < RECENT_MS) throw new Error(`${seen}: look into the log`)
        return seen
      },
    },
  }
}
