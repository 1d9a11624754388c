import { randomBytes } from 'node:crypto'
import { isObject } from '../cmr/json.ts'
import { type Conversation, withIds } from './conversation.ts'
import type { Json, View } from './types.ts'

/** Slack's own limits: a trigger lives three seconds and opens one view; three views lie on each other. */
const TRIGGER_MS = 3000
const STACK = 3

/**
 * Modals and App Homes. The emulator has `views.*` too, but no way to close a view or to answer a
 * submission with one, so its stacks fill up; here they follow what the person does.
 */
export interface Views {
  /** Lets one view be opened for this person, soon. */
  trigger(person: string): string
  /** Answers a Web API call `views.open|push|update|publish` as Slack does. */
  call(method: string, body: Json): Json
  find(id: string): View | undefined
  owner(id: string): string | undefined
  replace(id: string, view: Json): void
  push(person: string, view: Json): void
  /** Removes a view and all views above it, or the whole stack. @returns the removed views, topmost first */
  close(person: string, view: View, all: boolean): View[]
}

export function createViews(
  conversation: Conversation,
  ids: { team: string; app: string; bot: string },
  triggerMs = TRIGGER_MS,
): Views {
  const triggers = new Map<string, { person: string; until: number; used: boolean }>()
  const stacks = new Map<string, View[]>()
  const homes = new Map<string, View>()
  const stackOf = (person: string) => stacks.get(person) ?? []
  const everything = () => [...[...stacks.values()].flat(), ...homes.values()]
  const find = (id: string) => everything().find((view) => view.id === id)
  const owner = (id: string) =>
    [...stacks].find(([, stack]) => stack.some((view) => view.id === id))?.[0] ??
    [...homes].find(([, view]) => view.id === id)?.[0]

  function setStack(person: string, stack: View[]) {
    stacks.set(person, stack)
    conversation.setModals(person, stack)
  }

  function create(given: Json, over: Json = {}): View {
    const id = `V${randomBytes(6).toString('hex').toUpperCase()}`
    return {
      private_metadata: '',
      callback_id: '',
      external_id: '',
      submit: null,
      close: null,
      notify_on_close: false,
      clear_on_close: false,
      ...given,
      type: given.type === 'home' ? 'home' : 'modal',
      id,
      root_view_id: id,
      team_id: ids.team,
      app_id: ids.app,
      app_installed_team_id: ids.team,
      bot_id: ids.bot,
      hash: newHash(),
      state: { values: {} },
      blocks: withIds(Array.isArray(given.blocks) ? given.blocks : []),
      ...over,
    } as View
  }

  function push(person: string, given: Json): View {
    const stack = stackOf(person)
    const below = stack.at(-1)
    const view = create(given, below ? { previous_view_id: below.id, root_view_id: stack[0]?.id } : {})
    setStack(person, [...stack, view])
    return view
  }

  function replace(id: string, given: Json): View | undefined {
    const old = find(id)
    const person = owner(id)
    if (!old || !person) return undefined
    const kept = {
      id,
      root_view_id: old.root_view_id,
      previous_view_id: old.previous_view_id,
      type: old.type,
    }
    const view = create(given, kept)
    if (old.type === 'home') {
      homes.set(person, view)
      conversation.setHome(person, view)
    } else {
      setStack(
        person,
        stackOf(person).map((one) => (one.id === id ? view : one)),
      )
    }
    return view
  }

  function redeem(id: unknown): { person: string } | string {
    const trigger = triggers.get(String(id))
    if (!trigger) return 'invalid_trigger_id'
    if (trigger.used) return 'exchanged_trigger_id'
    if (trigger.until < Date.now()) return 'expired_trigger_id'
    trigger.used = true
    return trigger
  }

  return {
    find,
    owner,
    replace,
    push,
    trigger(person) {
      for (const [id, trigger] of triggers) if (trigger.until < Date.now() - 60_000) triggers.delete(id)
      const id = `${Date.now()}.${randomBytes(4).readUInt32BE()}.${randomBytes(8).toString('hex')}`
      triggers.set(id, { person, until: Date.now() + triggerMs, used: false })
      return id
    },
    close(person, view, all) {
      const stack = stackOf(person)
      const at = stack.findIndex(({ id }) => id === view.id)
      if (at < 0) return []
      const left = all ? [] : stack.slice(0, at)
      setStack(person, left)
      return stack.slice(left.length).reverse()
    },
    call(method, body) {
      const view = typeof body.view === 'string' ? parse(body.view) : body.view
      if (!isObject(view) || !Array.isArray(view.blocks)) return { ok: false, error: 'invalid_arguments' }
      if (method === 'views.publish') {
        const person = String(body.user_id)
        if (!conversation.person(person)) return { ok: false, error: 'user_not_found' }
        const old = homes.get(person)
        if (old && body.hash && body.hash !== old.hash) return { ok: false, error: 'hash_conflict' }
        const published = create(view, { type: 'home', ...(old && { id: old.id, root_view_id: old.id }) })
        homes.set(person, published)
        conversation.setHome(person, published)
        return { ok: true, view: published }
      }
      if (method === 'views.update') {
        const old = everything().find((one) =>
          body.view_id ? one.id === body.view_id : body.external_id && one.external_id === body.external_id,
        )
        if (!old) return { ok: false, error: 'not_found' }
        if (body.hash && body.hash !== old.hash) return { ok: false, error: 'hash_conflict' }
        return { ok: true, view: replace(old.id, view) }
      }
      const trigger = redeem(body.trigger_id ?? body.interactivity_pointer)
      if (typeof trigger === 'string') return { ok: false, error: trigger }
      if (method === 'views.open') setStack(trigger.person, [])
      if (stackOf(trigger.person).length >= STACK) return { ok: false, error: 'push_limit_reached' }
      return { ok: true, view: push(trigger.person, view) }
    },
  }
}

function newHash(): string {
  return `${Math.floor(Date.now() / 1000)}.${randomBytes(4).toString('hex')}`
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
