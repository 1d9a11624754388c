import type { Button, KnownBlock, Overflow } from '@slack/types'
import { CmrError } from '../cmr/errors.ts'
import { argumentsOf } from '../commands/arguments.ts'
import { check, entered } from '../commands/check.ts'
import { AmbiguousError, type Command, InputError } from '../commands/command.ts'
import type { CommandContext } from '../commands/context.ts'
import type { Values } from '../commands/field.ts'
import { parseSpoken } from '../commands/grammar.ts'
import {
  type Consequence,
  type Permission,
  requestSuffix,
  type WantedDetails,
} from '../commands/permissions.ts'
import type { Registry } from '../commands/registry.ts'
import { customersOf } from '../directory/names/named.ts'
import { button } from '../slack/blocks.ts'
import { isConfidential } from '../slack/scrub.ts'

/**
 * Returns whether somebody may run a command. Every way to run one asks here: commands, buttons, forms and their reloads,
 * options, App Home, imports, approvals.
 * @param input what is asked for; without it, whether the command may be run at all
 */
export async function permit(context: CommandContext, command: Command, input?: Values): Promise<Permission> {
  if (!input) return decide(context, command)
  const customers = () => customersNamed(context, command, input)
  const without = await decide(context, command, { customers })
  // What follows may have to be asked of CMR, on behalf of nobody who may not run it anyway.
  if (!without.allowed || without.role === 'admin') return without
  const consequence = await consequenceOf(context, command, input)
  return consequence ? decide(context, command, { consequence, customers }) : without
}

/** Returns what follows from a command with these values, where that depends on them. */
async function consequenceOf(
  context: CommandContext,
  { consequence }: Command,
  input: Values,
): Promise<Consequence | undefined> {
  if (typeof consequence !== 'function') return undefined
  try {
    return await consequence(context, input as never)
  } catch (error) {
    // What names nothing that exists is refused where it runs, with what is wrong.
    if (error instanceof InputError) return undefined
    throw error
  }
}

/**
 * Returns whether somebody may go on with a command of which not all is said yet, such as to have its form opened: whom
 * that names already is looked up as for the whole, since the form would show what is theirs.
 * @param raw values as they were typed or chosen
 */
export async function permitGiven(
  context: CommandContext,
  command: Command,
  raw: Values,
): Promise<Permission> {
  const checked = check(command.input, raw)
  if (checked.ok) return permit(context, command, checked.input)
  const given = entered(command.input, raw)
  return decide(context, command, { customers: () => customersGiven(context, command, given) })
}

function decide({ access, caller }: CommandContext, command: Command, details?: WantedDetails) {
  return access.decide(caller.userId, command, `${command.noun} ${command.verb}`, details)
}

/** Returns whose things a command is about: none where that cannot be told, undefined where it narrows itself. */
export async function customersNamed(
  context: CommandContext,
  command: Command,
  input: Values,
): Promise<readonly string[] | undefined> {
  const given = await customersGiven(context, command, input)
  return given ?? (command.customers === undefined ? [] : undefined)
}

/** Whose the things are that were named so far; undefined where none were. */
async function customersGiven(
  context: CommandContext,
  { input: schema, customers }: Command,
  given: Values,
): Promise<readonly string[] | undefined> {
  try {
    const told = typeof customers === 'function' ? await customers(context, given as never) : undefined
    const named = await customersOf(context, schema, given)
    if (told?.length === 0 || named?.length === 0) return []
    return told || named ? [...new Set([...(told ?? []), ...(named ?? [])])] : undefined
  } catch (error) {
    // What cannot be looked up could be anybody's.
    if (error instanceof AmbiguousError || error instanceof InputError || error instanceof CmrError) return []
    throw error
  }
}

/**
 * Returns what one person is shown without the buttons of what they may not do. What many people read keeps them: there
 * a click says who may.
 */
export async function offeredTo(
  context: CommandContext,
  registry: Pick<Registry, 'byId'>,
  blocks: readonly KnownBlock[],
): Promise<KnownBlock[]> {
  // A login is marked on its block, and no copy of that carries the mark.
  if (isConfidential({ blocks: [...blocks] }) || !blocks.some(hasButtons)) return [...blocks]
  const offers = await context.access.offers(context.caller.userId)

  async function isOffered(actionId: string, value: string): Promise<boolean> {
    const command = registry.byId(actionId)
    if (!command || actionId.endsWith(`:${requestSuffix}`)) return true
    if (!offers(command)) return false
    const found = await consequenceIn(context, command, value)
    return found === undefined || offers(command, found)
  }

  async function kept<Element extends { readonly type: string }>(element: Element): Promise<Element[]> {
    if (element.type === 'button') {
      const { action_id = '', value = '' } = element as unknown as Button
      return (await isOffered(action_id, value)) ? [element] : []
    }
    if (element.type !== 'overflow') return [element]
    const { action_id: menuId = '', options } = element as unknown as Overflow
    const left = await filtered(options, async ({ value = '' }) => {
      const [id = '', ...words] = value.split(' ')
      return (await isOffered(id, words.join(' '))) ? [value] : []
    })
    const [only, ...others] = options.filter(({ value = '' }) => left.includes(value))
    // A menu has two entries at least ("Block Kit reference: overflow menu"); of the only one a button is left.
    if (only && others.length === 0) return [buttonFor(only, menuId) as unknown as Element]
    return only ? [{ ...element, options: options.filter(({ value = '' }) => left.includes(value)) }] : []
  }

  return filtered(blocks, async (block): Promise<KnownBlock[]> => {
    if (block.type === 'actions') {
      const elements = await filtered(block.elements, kept)
      return elements.length > 0 ? [{ ...block, elements }] : []
    }
    if (block.type !== 'section' || !block.accessory) return [block]
    const [accessory] = await kept(block.accessory)
    if (accessory) return [{ ...block, accessory }]
    const { accessory: _, ...rest } = block
    return [rest]
  })
}

/** @param menuId of the menu whose entry it was, to tell buttons of one message apart */
function buttonFor({ text, value = '' }: Overflow['options'][number], menuId: string): Button {
  const [id = '', ...words] = value.split(' ')
  return button({ text: text.text, actionId: `${id}:${menuId.replace(/\W/g, '-')}`, value: words.join(' ') })
}

function hasButtons(block: KnownBlock): boolean {
  return block.type === 'actions' || (block.type === 'section' && block.accessory !== undefined)
}

async function filtered<Thing, Kept>(
  things: readonly Thing[],
  keep: (thing: Thing) => Promise<Kept[]>,
): Promise<Kept[]> {
  return (await Promise.all(things.map(keep))).flat()
}

/** What follows from a button's values, where those are whole. */
async function consequenceIn(context: CommandContext, command: Command, value: string) {
  if (typeof command.consequence !== 'function') return undefined
  const spoken = parseSpoken(value)
  const given = spoken.ok ? argumentsOf(command, spoken.words) : undefined
  const checked = given?.ok ? check(command.input, given.raw) : undefined
  return checked?.ok ? consequenceOf(context, command, checked.input) : undefined
}
