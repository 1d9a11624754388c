import type { Logger } from 'pino'

/** Logs an error once for as long as it repeats: a full disk would otherwise fill the log every second. */
export interface ErrorLog {
  log(error: unknown, message: string): void
  /** The work succeeded: the same error is worth a line again. */
  clear(): void
}

export function createErrorLog(logger: Logger): ErrorLog {
  let last: string | undefined
  return {
    log(error, message) {
      const reason = error instanceof Error ? error.message : String(error)
      if (reason !== last) logger.error({ err: error }, message)
      last = reason
    },
    clear() {
      last = undefined
    },
  }
}
