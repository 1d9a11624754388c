import type { CommandContext } from '../commands/context.ts'
import { customersOfCaller } from '../commands/permissions.ts'
import { type ImportRun, runById } from './store/runs.ts'

/** Returns those of some imports that whoever asks may see: of others a role for some customers shows none. */
export async function runsSeen(
  context: Pick<CommandContext, 'caller' | 'access'>,
  runs: readonly ImportRun[],
): Promise<readonly ImportRun[]> {
  const only = await customersOfCaller(context)
  return only ? runs.filter(({ actor }) => actor === context.caller.userId) : runs
}

/** Finds whose the rows of an import are, for whoever has a role for some customers: their own have been checked. */
export async function customersOfRun(
  { store, caller }: CommandContext,
  { run }: { readonly run?: string | undefined },
): Promise<readonly string[] | undefined> {
  if (run === undefined) return undefined
  const found = await runById(store.db, run.trim().toLowerCase())
  return found?.actor === caller.userId ? undefined : []
}
