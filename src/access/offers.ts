import type { Button, KnownBlock, Overflow } from '@slack/types'
import { argumentsOf } from '../commands/arguments.ts'
import { check } from '../commands/check.ts'
import type { Command } from '../commands/command.ts'
import type { CommandContext } from '../commands/context.ts'
import { parseSpoken } from '../commands/grammar.ts'
import { requestSuffix } from '../commands/permissions.ts'
import type { Registry } from '../commands/registry.ts'
import { button } from '../slack/blocks.ts'
import { isConfidential } from '../slack/scrub.ts'
import { consequenceOf } from './permit.ts'

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
