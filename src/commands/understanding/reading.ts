import type { Command } from '../command.ts'
import type { Word } from '../grammar.ts'

/** One of the things that somebody may have meant. */
export interface Reading {
  readonly command: Command
  readonly rest: readonly Word[]
  /** How a button calls it, where not by the command's summary. */
  readonly label?: string
}

/** What somebody wants, whichever way they wrote it to the bot. */
export type Understood =
  | { readonly kind: 'command'; readonly command: Command; readonly rest: readonly Word[] }
  /** Several readings, between which a person chooses. `sentence` is mrkdwn. */
  | { readonly kind: 'which'; readonly sentence: string; readonly readings: readonly Reading[] }
  /** Names to look for, the likeliest first. */
  | { readonly kind: 'search'; readonly texts: readonly string[] }
  /** Nothing that could be looked up. */
  | { readonly kind: 'greeting' }

/** A reading as a button calls it: "Renew domains: acme.com". */
export function readingLabel({ command, rest, label }: Reading): string {
  const what = rest.filter(({ flag }) => flag === undefined).map(({ text }) => text)
  return label ?? (what.length > 0 ? `${command.summary}: ${what.join(' ')}` : command.summary)
}
