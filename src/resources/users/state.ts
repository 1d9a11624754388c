import { CmrError } from '../../cmr/errors.ts'
import { InputError } from '../../commands/command.ts'
import type { CommandContext } from '../../commands/context.ts'
import { placeCalled } from '../../commands/places.ts'

/** States that a refusal names. */
const NAMED = 5

/**
 * Returns a state as CMR lists it, whether it was picked in a form, typed or given in a file: "NY" is New York. Where
 * CMR lists none for the country, or cannot be asked, it stays as it was given.
 * @throws InputError for what is no state of that country
 */
export async function stateAsListed(
  { places }: Pick<CommandContext, 'places'>,
  { country, state }: { readonly country: string; readonly state: string },
): Promise<string> {
  const states = await places.states(country).catch((error: unknown) => {
    if (error instanceof CmrError) return []
    throw error
  })
  if (states.length === 0) return state
  const found = placeCalled(states, state)
  if (found) return found.name
  const begins = states.filter(({ name }) => name.toLowerCase().startsWith(state.slice(0, 2).toLowerCase()))
  const some = (begins.length > 0 ? begins : states).slice(0, NAMED).map(({ name }) => name)
  throw new InputError(
    'state',
    `CMR lists no state “${state}” in ${country}. It lists ${some.join(', ')} and others.`,
  )
}
