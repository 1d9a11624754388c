import type { Json } from '../types.ts'

/** An element's part of `view.state.values`, as Slack names it. */
export type Value = Json & { readonly type: string }
export type Typed = Readonly<Record<string, Value>>

export interface Option {
  readonly text: { readonly text: string }
  readonly value: string
  readonly description?: { readonly text: string }
  readonly url?: string
}

/** Keeps each element's typed value across updates of the view. */
export function keyOf(blockId: unknown, actionId: unknown): string {
  return `${String(blockId)} ${String(actionId)}`
}

/** Returns the initial value of an element. */
export function initialValue(element: Json): Value {
  const type = String(element.type)
  if (type.startsWith('multi_') || type === 'checkboxes') {
    const kept = pluralField(type)
    return { type, [kept]: element[kept.replace('selected', 'initial')] ?? [] }
  }
  if (type === 'file_input') return { type, files: [] }
  const field = singleField(type)
  const initial = field === 'value' ? 'initial_value' : field.replace('selected', 'initial')
  return { type, [field]: element[initial] ?? null }
}

/** The field of an element's value that holds the one thing chosen or typed. */
export function singleField(type: string): string {
  const fields: Record<string, string> = {
    static_select: 'selected_option',
    external_select: 'selected_option',
    radio_buttons: 'selected_option',
    overflow: 'selected_option',
    users_select: 'selected_user',
    conversations_select: 'selected_conversation',
    channels_select: 'selected_channel',
    datepicker: 'selected_date',
    timepicker: 'selected_time',
  }
  return fields[type] ?? 'value'
}

/** The same for elements with several values. */
export function pluralField(type: string): string {
  if (type === 'multi_users_select') return 'selected_users'
  if (type === 'multi_conversations_select') return 'selected_conversations'
  if (type === 'multi_channels_select') return 'selected_channels'
  return 'selected_options'
}

/** Returns every element that has a state, with its block. */
export function elementsOf(blocks: readonly Json[]): { block: Json; element: Json }[] {
  return blocks.flatMap((block) => {
    const inside = [
      block.element,
      block.accessory,
      ...(block.type === 'actions' ? (block.elements as Json[]) : []),
    ]
    return inside
      .filter((element): element is Json => typeof element === 'object' && element !== null)
      .filter((element) => !['button', 'image', 'overflow'].includes(String(element.type)))
      .map((element) => ({ block, element }))
  })
}

/** `state.values` of a message or a view. */
export function collect(blocks: readonly Json[], typed: Typed): Json {
  const values: Record<string, Json> = {}
  for (const { block, element } of elementsOf(blocks)) {
    const blockId = String(block.block_id)
    const value = typed[keyOf(blockId, element.action_id)] ?? initialValue(element)
    values[blockId] = { ...values[blockId], [String(element.action_id)]: value }
  }
  return values
}

/** Returns the block_ids of required inputs that are empty; Slack itself refuses to submit those. */
export function missing(blocks: readonly Json[], typed: Typed): Record<string, string> {
  const errors: Record<string, string> = {}
  for (const { block, element } of elementsOf(blocks)) {
    if (block.type !== 'input' || block.optional === true) continue
    const { type: _, ...held } = typed[keyOf(block.block_id, element.action_id)] ?? initialValue(element)
    const empty = Object.values(held).every(
      (one) => one === null || one === '' || (Array.isArray(one) && one.length === 0),
    )
    if (empty) errors[String(block.block_id)] = 'Please complete this required field.'
  }
  return errors
}
