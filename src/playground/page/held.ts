import type { Json } from '../types.ts'
import { useSurface } from './Surface.tsx'
import { initialValue, keyOf, type Value } from './state.ts'

export interface ControlProps {
  readonly block: Json
  readonly element: Json
  /** The id its label points to. */
  readonly id?: string
  /** What an input block says of it to those who do not see. */
  readonly told?: {
    readonly 'aria-required': boolean
    readonly 'aria-invalid': boolean
    readonly 'aria-describedby': string | undefined
  }
}

/** What an element holds, and whether a change of it is sent at once. */
export function useHeld({
  block,
  element,
}: ControlProps): [Value, (value: Value, dispatch?: boolean) => void] {
  const { typed, hold } = useSurface()
  const held = typed[keyOf(block.block_id, element.action_id)] ?? initialValue(element)
  const atOnce = block.type !== 'input' || block.dispatch_action === true
  return [held, (value, dispatch = atOnce) => hold(block.block_id, element, value, dispatch)]
}
