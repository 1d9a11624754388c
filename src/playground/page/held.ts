import type { Json } from '../types.ts'
import { useSurface } from './Surface.tsx'
import { initialValue, keyOf, type Value } from './state.ts'

export interface ControlProps {
  readonly block: Json
  readonly element: Json
  /** The id that its label points to. */
  readonly id?: string
  /** The input block's label for screen readers. */
  readonly aria?: {
    readonly 'aria-required': boolean
    readonly 'aria-invalid': boolean
    readonly 'aria-describedby': string | undefined
  }
}

/** Returns an element's value, and whether a change is sent at once. */
export function useHeld({
  block,
  element,
}: ControlProps): [Value, (value: Value, dispatch?: boolean) => void] {
  const { typed, hold } = useSurface()
  const held = typed[keyOf(block.block_id, element.action_id)] ?? initialValue(element)
  const atOnce = block.type !== 'input' || block.dispatch_action === true
  return [held, (value, dispatch = atOnce) => hold(block.block_id, element, value, dispatch)]
}
