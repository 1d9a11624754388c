import { createContext, type ReactNode, useContext, useState } from 'react'
import type { Channel, ConversationPerson, InteractionOutcome, InteractionPlace, Json } from '../types.ts'
import { ask } from './ask.ts'
import { collect, keyOf, type Option, type Typed, type Value } from './state.ts'

/** The state that the controls of one message or view share. */
interface Surface {
  readonly typed: Typed
  readonly errors: Readonly<Record<string, string>>
  readonly people: readonly ConversationPerson[]
  readonly channels: readonly Channel[]
  /** Stores an element's value; with `dispatch` it is also sent to the bot. */
  hold(blockId: unknown, element: Json, value: Value, dispatch: boolean): void
  /** Sends a click on an element. */
  act(blockId: unknown, element: Json, value: Json): Promise<void>
  options(blockId: unknown, element: Json, text: string): Promise<Option[]>
}

const Context = createContext<Surface | undefined>(undefined)

export function useSurface(): Surface {
  const surface = useContext(Context)
  if (!surface) throw new Error('A control is outside of a message or view')
  return surface
}

/** Gives the controls inside it their state and their way to the bot. */
export function SurfaceProvider(props: {
  readonly place: Omit<InteractionPlace, 'values'>
  readonly blocks: readonly Json[]
  readonly typed?: Typed
  readonly onTyped?: (typed: Typed) => void
  readonly errors?: Readonly<Record<string, string>>
  readonly people: readonly ConversationPerson[]
  readonly channels: readonly Channel[]
  readonly onNotice: (outcome: InteractionOutcome) => void
  readonly children: ReactNode
}) {
  const [own, setOwn] = useState<Typed>({})
  const typed = props.typed ?? own
  const place = (held = typed): InteractionPlace => ({ ...props.place, values: collect(props.blocks, held) })

  async function act(blockId: unknown, element: Json, value: Json, held = typed) {
    const { type, action_id } = element
    props.onNotice(
      await ask('action', { place: place(held), action: { type, action_id, block_id: blockId, ...value } }),
    )
  }

  const surface: Surface = {
    typed,
    errors: props.errors ?? {},
    people: props.people,
    channels: props.channels,
    act,
    hold(blockId, element, value, dispatch) {
      const next = { ...typed, [keyOf(blockId, element.action_id)]: value }
      if (props.onTyped) props.onTyped(next)
      else setOwn(next)
      if (dispatch) void act(blockId, element, value, next)
    },
    async options(blockId, element, text) {
      const asked = { action_id: element.action_id, block_id: blockId, value: text }
      const answer = await ask('options', { place: place(), ask: asked })
      if (answer.notice) props.onNotice({ ok: false, notice: String(answer.notice) })
      return (answer.options ?? []) as Option[]
    },
  }
  return <Context value={surface}>{props.children}</Context>
}
