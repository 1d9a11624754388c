import type { z } from 'zod'
import type { Answer, Endpoint } from '../cmr/endpoint.ts'
import { type Command, type Confirmation, idOf } from '../commands/command.ts'
import type { CommandContext } from '../commands/context.ts'
import type { AnswerTraits } from '../directory/answers.ts'
import type { Named } from '../directory/names/named.ts'
import type { OperationTraits } from '../operations/expected-results.ts'
import type { Message } from '../slack/blocks.ts'
import type { Price } from './prices.ts'
import type { RowOrder } from './sorting.ts'

/** Everything that is known of an endpoint beyond CMR's own description of it. */
export interface EndpointTraits extends OperationTraits, AnswerTraits {}

/** A command of an endpoint: both have the same id. */
export interface EndpointCommand extends Command {
  readonly traits: EndpointTraits
}

/** Adds to a command that is written out what is known of its endpoint; `endpointCommand` takes it as options. */
export function withTraits(command: Command, traits: EndpointTraits): EndpointCommand {
  return { ...command, traits }
}

/** Collects the traits of all commands. @returns finds those of an endpoint by its id */
export function collectTraits(commands: readonly Command[]): (endpoint: string) => EndpointTraits {
  const isOfEndpoint = (command: Command): command is EndpointCommand => 'traits' in command
  const byId = new Map(commands.filter(isOfEndpoint).map((command) => [idOf(command), command.traits]))
  return (endpoint) => byId.get(endpoint) ?? {}
}

/** What a command was asked to do, for its hooks. */
export interface RequestedCommand<Input, Before = undefined> {
  readonly context: CommandContext
  /** As people read it: a domain's name, an address. */
  readonly input: Input
  /** The same with CMR's ids. */
  readonly ids: Input
  /** What they named, and whose it is. */
  readonly named: Named
  /** How it was before, where `EndpointCommandOptions.before` reads that. */
  readonly before: Before
}

interface SentRequest {
  readonly query?: Record<string, unknown>
  readonly body?: unknown
}

/**
 * What CMR's description of an endpoint cannot say: how people call its command, what they are shown, and what the
 * bot knows of the endpoint besides.
 */
export interface EndpointCommandOptions<
  Of extends Endpoint = Endpoint,
  Input extends z.ZodObject = z.ZodObject,
  Before = undefined,
> extends EndpointTraits,
    Partial<Pick<Command<Input>, 'positional' | 'picks'>>,
    Pick<Command<Input>, 'consequence' | 'submit'>,
    Pick<Command, 'summary' | 'about' | 'example' | 'rare' | 'needs' | 'sensitive'>,
    Pick<Command, 'customers' | 'prefill' | 'follow' | 'reword' | 'doubt'> {
  /** Another form than the request's own fields. */
  readonly input?: Input
  /** The request of such a form; without it fields go where the endpoint has them. */
  request?(
    ids: z.output<Input>,
    asked: RequestedCommand<z.output<Input>, Before>,
  ): SentRequest | Promise<SentRequest>
  /** Reads what stands there now, for the confirmation and the receipt of what replaces it. */
  before?(asked: Omit<RequestedCommand<z.output<Input>>, 'before'>): Promise<Before>
  /** As far as it can be known before it is charged. */
  price?(asked: RequestedCommand<z.output<Input>, Before>): Promise<Price>
  /** What will happen, in mrkdwn, in place of what was entered: of what is asked only where no form told it. */
  question?(asked: RequestedCommand<z.output<Input>, Before>): string
  /** The same for what is always asked; with the name to type for what cannot be undone. */
  asks?(asked: RequestedCommand<z.output<Input>, Before>): Promise<Confirmation>
  /** Its answer is a list, which a person may also have as a CSV file. */
  readonly isList?: true
  /** The order of such a list, by what people look for in it; without it CMR's own. */
  readonly order?: RowOrder<never>
  /** Reads all rows of a list that are some customers', for whoever has a role for those only. */
  rowsOfCustomers?(
    context: CommandContext,
    ids: z.output<Input>,
    customers: readonly string[],
  ): Promise<readonly Readonly<Record<string, unknown>>[]>
  /** CMR's answer as people read it; of a write, the receipt. */
  show?(
    answer: Answer<z.output<Of['answer']>>,
    asked: RequestedCommand<z.output<Input>, Before>,
  ): Message | Promise<Message>
}
