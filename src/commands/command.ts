import type { KnownBlock, PlainTextOption } from '@slack/types'
import type { z } from 'zod'
import type { Effect } from '../cmr/endpoint.ts'
import type { Message } from '../slack/blocks.ts'
import type { CommandContext } from './context.ts'
import type { DraftContent } from './drafts.ts'
import type { Values } from './field.ts'
import type { Word } from './grammar.ts'
import type { Consequence, Role, SensitiveChange } from './permissions.ts'
import type { FormStep } from './step.ts'

/** What a command came to: the message to show and, for a write, what to remember of it. */
export interface Outcome {
  readonly message: Message
  readonly actionId?: string | undefined
  readonly orderId?: string | undefined
  /** CMR's ids of what it was about, by CMR's names: userId, domainId, subscriptionId… */
  readonly subject?: Readonly<Record<string, string>> | undefined
  /** Where CMR answers for each of several things: one each, in the order in which they were given. */
  readonly answers?: readonly ItemAnswer[] | undefined
}

/** CMR's answer for one of several things in a request. */
export interface ItemAnswer {
  readonly ok: boolean
  /** CMR's own words for a refusal. */
  readonly said?: string
  /** CMR only put it off: it may be sent again. */
  readonly later?: boolean
  /** CMR refused some things and did not say which: this may be one of them. */
  readonly isUnsure?: boolean
}

/** What a person is asked before a charge or a deletion. */
export interface Confirmation {
  /** What will happen, in mrkdwn that is already escaped. */
  readonly text: string
  /** A name that must be typed, for what cannot be undone. */
  readonly typed?: string | undefined
  /** More to look at below the text. */
  readonly blocks?: KnownBlock[]
  /** The button's text in place of the command's, at most 24 characters. */
  readonly submit?: string
  /** What is sent in place of what was given: an order that the wallet does not cover is left unconfirmed. */
  readonly input?: Values
  /** What it costs at most, in cents; left out where CMR shows it only when it charges, or it costs nothing. */
  readonly cents?: number | undefined
  /** What it costs as it was given, in cents, where `input` makes something cheaper of it: limits count what is sent. */
  readonly centsAsGiven?: number | undefined
  /** As things are it cannot be sent: there is nothing to press. */
  readonly refused?: boolean
}

/** What is asked before something is done that is usually done at once. */
export interface Question {
  /** What one should know first, and what is asked; mrkdwn that is already escaped. */
  readonly text: string
  /** The button that goes on, at most 24 characters. */
  readonly yes: string
  /** The field that says that it was asked and answered with yes. */
  readonly field: string
}

/** What a form shows before anybody has typed. */
export interface Prefill {
  readonly values: Values
  /** What was given in people's words, as the choices of the form have it. */
  readonly meant?: Values
  /** The words that people read for chosen ids. */
  readonly labels?: Readonly<Record<string, string>>
  /** The choices of fields with `.meta({ offered: true })`. */
  readonly options?: Readonly<Record<string, readonly PlainTextOption[]>>
}

/** Finds what follows from a command with these values. */
type FoundConsequence<Input extends z.ZodObject, Context> = (
  context: Context,
  input: z.output<Input>,
) => Consequence | undefined | Promise<Consequence | undefined>

/**
 * One thing that people can say. Parsing, help, did-you-mean, the form, the confirmation, the permission and
 * the audit entry all follow from it.
 */
export interface Command<Input extends z.ZodObject = z.ZodObject, Context = CommandContext> {
  readonly noun: string
  readonly verb: string
  /** One line for `help` and the form, as an imperative: "Create a user". */
  readonly summary: string
  /** What it does in a sentence, for `help`, where the summary says too little. */
  readonly about?: string
  /** Its noun has no other verb, so that the noun alone is said. */
  readonly isOnlyVerb?: true
  /** Few people come for it, so `help` shows it behind *More*. */
  readonly rare?: true
  /** The verb of the same noun that does the same to people: only that one is offered. Implies `rare`. */
  readonly variantOf?: string
  readonly effect: Effect
  /** A role above the one that the effect needs. */
  readonly needs?: Role
  /** What follows from it beyond its effect, where that takes a higher role: whatever it is told, or by its values. */
  readonly consequence?: Consequence | FoundConsequence<Input, Context>
  /** What a policy knows it as, where people may want it approved whatever it costs. */
  readonly sensitive?: SensitiveChange
  /**
   * What becomes of it where a role holds for some customers only. Unless told otherwise such a role reaches the things
   * that fields with a picker name, and nothing where none is named.
   * - `narrowed`: where none is named it shows, or touches, those customers' things only (`customersOfCaller`)
   * - `nobodys`: nothing that it shows or touches is any customer's
   * - `everybodys`: it is about all of them, whomever its fields name
   * - a function: finds whose things are named otherwise; undefined where none are, empty where nobody knows whose. It may
   *   be asked before all is said.
   */
  readonly customers?:
    | 'narrowed'
    | 'nobodys'
    | 'everybodys'
    | ((context: Context, input: Partial<z.output<Input>>) => Promise<readonly string[] | undefined>)
  /** About the bot itself: nothing of CMR's is touched, so it is no operation, and reading it is not audited. */
  readonly own?: boolean
  /** It writes its attempts into the audit by itself: only inside is it known what came of them. */
  readonly auditsItself?: true
  /** Needs neither CMR nor the store, so it is answered inside the acknowledgement. */
  readonly instant?: boolean
  /** Other words for its noun, as people may say it. */
  readonly otherNouns?: readonly string[]
  /** `/cmr noun THING` means this verb, and not the one that shows one thing. */
  readonly takesThings?: true
  /** Returns whether `/cmr noun WORD` means this verb and WORD its first value, although WORD looks like a verb. */
  begins?(word: string): boolean
  /** The form's submit button, at most 24 characters. */
  readonly submit?: string
  /**
   * What stands between saying it and doing it, where everything is given: nothing, for what is as easily undone. A
   * confirmation unless told otherwise.
   */
  readonly asks?: 'nothing'
  /** Fields carry `.meta({ label, hint, example, picker })`; `field.ts` knows them all. */
  readonly input: Input
  /** Fields that may be given without a flag, in this order. */
  readonly positional: readonly (keyof z.output<Input> & string)[]
  /**
   * Returns what was typed behind the verb in words that its fields take, where people write it in a notation of its own:
   * a line of a zone file.
   */
  reword?(words: readonly Word[]): readonly Word[]
  /** Returns what was typed behind the verb in each way that it may be meant, where nobody but the person can tell. */
  doubt?(words: readonly Word[]): Doubt | undefined
  /** Arguments as somebody might type them, where the usage alone leaves one guessing. */
  readonly example?: string
  /** Another command that carries on where this field is filled in: a file for many in place of one thing. */
  readonly continues?: { readonly field: string; readonly command: Command }
  /** The form in several views, where one would be too long or CMR has to be asked in between. */
  readonly steps?: readonly FormStep[]
  /**
   * Fields that only say which thing is changed: with these alone the form opens, for what to change in it. Where
   * nothing is asked, more is a change at once: what is not said stays as `prefill` tells it.
   */
  readonly picks?: readonly (keyof z.output<Input> & string)[]
  /** Today's values, where a form changes something that exists. */
  prefill?(context: Context, given: Values): Promise<Prefill>
  /**
   * What follows in the form from a choice in a field with `.meta({ reloads: true })`: values that take the place
   * of what stands there, '' where it is emptied.
   */
  follow?(context: Context, values: Values, chosen: string): Promise<Prefill>
  /**
   * Asked before it runs; every charge and deletion has one.
   * @param notes what CMR told between the steps, where the form has any
   */
  confirm?(context: Context, input: z.output<Input>, notes?: DraftContent['notes']): Promise<Confirmation>
  /**
   * Asked once it is known that somebody may do it, before anything is done and before an approval is asked for.
   * @returns nothing where these values need no second thought, or their field says that it was asked
   */
  question?(context: Context, input: z.output<Input>): Promise<Question | undefined>
  /** What was understood, with names in place of ids; mrkdwn. For what is not asked by `confirm`. */
  readBack?(context: Context, input: z.output<Input>): Promise<string>
  /** What a person calls the thing, for receipts and audit. */
  label?(input: z.output<Input>): string
  /** How to find out whether it happened, when CMR never answered; mrkdwn. */
  whenUnknown?(input: z.output<Input>): string
  run(context: Context, input: z.output<Input>): Promise<Outcome>
  /** Returns the rows of a list, for a CSV file. @param most how many a file takes */
  rows?(context: Context, input: z.output<Input>, most: number): Promise<readonly Values[]>
  /** Says of the rows of a file what is missing in it; mrkdwn. */
  csvNote?(rows: readonly unknown[]): string | undefined
  /** How many rows a file takes, where it is more than the store is asked for at once. */
  readonly mostRows?: number
}

/** What cannot be taken as it was said. */
export interface Doubt {
  /** mrkdwn */
  readonly sentence: string
  /** The same words, put right in one way each, as a button calls it. */
  readonly ways: readonly { readonly label: string; readonly rest: readonly Word[] }[]
}

/** Declares a command; the type of `input` flows into `run`, `confirm` and the rest. */
export function command<Input extends z.ZodObject>(declaration: Command<Input>): Command {
  return declaration as unknown as Command
}

/** Returns whether a command is a read that is answered at once. One with a confirmation, such as a file to be sent, is asked first. */
export function isPlainRead({ effect, confirm }: Command): boolean {
  return effect === 'read' && confirm === undefined
}

/** `noun.verb`: the form's callback_id, the beginning of a button's action_id, the name in the audit. */
export function idOf(command: Pick<Command, 'noun' | 'verb'>): string {
  return `${command.noun}.${command.verb}`
}

/** What was typed or chosen is wrong in a way that only CMR's data can tell: which field, and a sentence. */
export class InputError extends Error {
  readonly field: string

  constructor(field: string, sentence: string) {
    super(sentence)
    this.name = 'InputError'
    this.field = field
  }
}

/** One of the things that a name may mean. */
export interface Choice {
  /** As people tell it from the others. */
  readonly label: string
  /** What the field would have to be; of a list, the whole list. */
  readonly value: string
}

/** A name means several things, or none but some are near: the person is asked which. */
export class AmbiguousError extends InputError {
  /** At most ten. */
  readonly choices: readonly Choice[]

  constructor(field: string, sentence: string, choices: readonly Choice[]) {
    super(field, sentence)
    this.name = 'AmbiguousError'
    this.choices = choices.slice(0, 10)
  }
}

/** The parts of a command that are handed the context first. */
const parts = [
  'prefill',
  'follow',
  'confirm',
  'question',
  'readBack',
  'run',
  'rows',
  'consequence',
  'customers',
] as const

/**
 * Returns how to declare commands that need more than every command has. What is declared becomes a command once
 * it is given that.
 *
 * @example
 * const alertCommand = commandWith<{ alerts: AlertService }>()
 * const list = alertCommand({ noun: 'alerts', verb: 'list', run: async ({ alerts }) => … })
 * const commands = [list({ alerts })]
 */
export function commandWith<Needs extends object>() {
  return <Input extends z.ZodObject>(declaration: Command<Input, CommandContext & Needs>) =>
    (needs: Needs): Command => {
      const given = declaration as unknown as Record<string, ((...args: unknown[]) => unknown) | undefined>
      const bound = parts.flatMap((part) => {
        const method = given[part]
        if (typeof method !== 'function') return []
        return [
          [part, (context: CommandContext, ...rest: unknown[]) => method({ ...context, ...needs }, ...rest)],
        ]
      })
      return { ...declaration, ...Object.fromEntries(bound) } as unknown as Command
    }
}
