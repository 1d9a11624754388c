import type { View } from '../../src/playground/types.ts'

interface Element {
  readonly type: string
  readonly action_id: string
  readonly options?: { readonly value: string }[]
  readonly initial_value?: string
  readonly initial_option?: object
  readonly initial_options?: object[]
  readonly initial_conversation?: string
  readonly initial_conversations?: string[]
  readonly initial_user?: string
  readonly initial_date?: string
}

/**
 * What a person leaves in a form, as Slack sends it of each kind of element ("view.state.values").
 * @param values by field, of a list what it offers; lists with a space between; what is not given stays as the form was opened
 */
export function stateOf(view: View, values: Record<string, string>): Record<string, unknown> {
  const inputs = view.blocks.filter((block) => block.type === 'input')
  return Object.fromEntries(
    inputs.map((block) => {
      const element = block.element as Element
      const state = held(element, values[String(block.block_id)])
      return [block.block_id, { [element.action_id]: { type: element.type, ...state } }]
    }),
  )
}

function held(element: Element, value: string | undefined): object {
  const chosen = (one: string) => {
    const offered = element.options?.find((option) => option.value === one)
    if (element.options && !offered) throw new Error(`${element.action_id} does not offer ${one}`)
    return offered ?? { value: one, text: { type: 'plain_text', text: one } }
  }
  const several = value?.split(/\s+/).filter(Boolean)
  switch (element.type) {
    case 'file_input':
      return { files: (several ?? []).map((id) => ({ id })) }
    case 'multi_external_select':
    case 'multi_static_select':
    case 'checkboxes':
      return { selected_options: several?.map(chosen) ?? element.initial_options ?? [] }
    case 'multi_conversations_select':
      return { selected_conversations: several ?? element.initial_conversations ?? [] }
    case 'users_select':
      return { selected_user: value ?? element.initial_user ?? null }
    case 'conversations_select':
      return { selected_conversation: value ?? element.initial_conversation ?? null }
    case 'datepicker':
      return { selected_date: value ?? element.initial_date ?? null }
    case 'external_select':
    case 'static_select':
    case 'radio_buttons':
      return { selected_option: value === undefined ? (element.initial_option ?? null) : chosen(value) }
    default:
      return { value: value ?? element.initial_value ?? null }
  }
}
