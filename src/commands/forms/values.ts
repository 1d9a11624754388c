/** An element's state in a `view_submission`, whichever kind it is ("view.state.values"). */
interface ElementState {
  readonly type?: string
  readonly value?: string | null
  readonly selected_option?: { value?: string; text?: { text?: string } } | null
  readonly selected_options?: { value?: string; text?: { text?: string } }[] | null
  readonly files?: { id?: string }[] | null
  readonly selected_date?: string | null
  readonly selected_user?: string | null
  readonly selected_conversation?: string | null
}

/** `view.state.values` as Slack sends it: block_id → action_id → element. */
export type ViewState = Readonly<Record<string, Readonly<Record<string, ElementState>>>>

/**
 * What a person entered, by field. The action_id is of no interest: it changes when a form is reloaded.
 * @param state `view.state.values`
 */
export function valuesOf(state: ViewState): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (const [field, elements] of Object.entries(state)) {
    const value = entered(Object.values(elements).at(-1))
    if (value !== undefined) values[field] = value
  }
  return values
}

/** The words that people read for what they chose, by field (of several, by value), so that a reloaded form shows them again. */
export function labelsOf(state: ViewState): Record<string, string> {
  const labels: Record<string, string> = {}
  for (const [field, elements] of Object.entries(state)) {
    const element = Object.values(elements).at(-1)
    const label = element?.selected_option?.text?.text
    if (label) labels[field] = label
    for (const { value, text } of element?.selected_options ?? [])
      if (value && text?.text) labels[value] = text.text
  }
  return labels
}

function entered(element: ElementState | undefined): unknown {
  if (!element) return undefined
  if (element.selected_options) {
    const chosen = element.selected_options.map(({ value }) => value)
    return chosen.length ? chosen : undefined
  }
  if (element.files) return element.files.length ? element.files.map((file) => file.id) : undefined
  return (
    element.value ??
    element.selected_option?.value ??
    element.selected_date ??
    element.selected_user ??
    element.selected_conversation ??
    undefined
  )
}
