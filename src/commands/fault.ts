import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import { type Command, idOf } from './command.ts'

/** Logs a fault of our own. @returns the reference that it has there, for the person to tell */
export function noteFault(logger: Logger, command: Command, error: unknown): string {
  const reference = randomUUID().slice(0, 8)
  logger.error({ err: error, reference, command: idOf(command) }, 'a command failed inside the bot')
  return reference
}
