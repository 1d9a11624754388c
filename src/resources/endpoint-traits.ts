import { type Command, idOf } from '../commands/command.ts'
import type { AnswerTraits } from '../directory/answers.ts'
import type { OperationTraits } from '../operations/operation-traits.ts'

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
