import type { PlainTextOption } from '@slack/types'
import type { Command } from '../commands/command.ts'
import { findUsers } from '../commands/customers.ts'
import { fieldsOf, type Picker, wordsIn } from '../commands/field.ts'
import { mirrored } from '../commands/naming/named.ts'
import type { Place } from '../commands/places.ts'
import { type ViewState, valuesOf } from '../forms/values.ts'
import { option } from '../messages/blocks.ts'
import { thingLabel } from '../messages/mirrored.ts'
import { userIdOf, userName } from '../messages/users.ts'
import type { MirrorKind } from '../store/mirror/rows.ts'
import { searchMirror, thingsOf } from '../store/mirror/search.ts'
import type { House } from './house.ts'
import { within } from './within.ts'

/** Slack waits 3 s and never asks again; after this what is there is shown. */
const PATIENCE_MS = 1700
/** "Block Kit reference: select menus". */
const MOST = 100

/** What a picker asks: which field of which form, what was typed into it, and what the form holds besides. */
export interface OptionsRequest {
  readonly callbackId: string
  /** `form.<field>`, with `:<country>` behind it for states. */
  readonly actionId: string
  readonly typed: string
  readonly state?: ViewState | undefined
}

/** The options for a picker, in time whatever CMR does. */
export async function optionsFor(house: House, request: OptionsRequest): Promise<PlainTextOption[]> {
  const [name = '', detail = ''] = request.actionId.replace(/^form\./, '').split(':')
  const command = house.registry.byId(request.callbackId)
  const fields = command ? fieldsOf(command.input) : []
  const picker = fields.find((field) => field.name === name)?.picker
  if (!picker) return []
  const userField = fields.find((field) => field.picker === 'user')?.name ?? ''
  const userId = valuesOf(request.state ?? {})[userField]
  const kind = mirrored({ picker })
  const asked = kind
    ? ofMirror(house, kind, request.typed.trim(), typeof userId === 'string' ? userId : undefined)
    : sources[picker as 'country' | 'state'](house, request.typed, detail)
  const found = await within(
    asked.catch((error: unknown) => {
      house.logger.warn({ err: error, picker }, 'a picker could not be filled')
      return undefined
    }),
    PATIENCE_MS,
  )
  return (found ?? (await whatIsThere(house, picker, request.typed))).slice(0, MOST)
}

/** Things from the mirror, a chosen customer's first; of users, CMR's where the mirror is still empty. */
async function ofMirror(
  { cmr, store }: House,
  kind: MirrorKind,
  typed: string,
  userId: string | undefined,
): Promise<PlainTextOption[]> {
  const wanted = { text: typed, kinds: [kind], limit: MOST, ...(kind !== 'user' && { userId }) }
  const { rows } = await searchMirror(store, wanted)
  if (rows.length > 0) return rows.map((row) => option(thingLabel(row), row.id))
  if (kind === 'user' && (await searchMirror(store, { ...wanted, text: '', limit: 1 })).rows.length === 0) {
    const { users } = await findUsers(cmr, { search: typed || undefined, limit: 50 })
    return users.map((user) => option(`${userName(user)} · ${user.email ?? ''}`, userIdOf(user)))
  }
  // The mirror may be behind CMR: what is typed whole can be chosen all the same.
  return /^\S+[.@]\S+$|^[A-Z0-9]{12,}$/.test(typed) ? [option(`${typed} · not known here yet`, typed)] : []
}

type Source = (house: House, typed: string, detail: string) => Promise<PlainTextOption[]>

const sources: Record<'country' | 'state', Source> = {
  country: async ({ places }, typed) =>
    matching(await places.countries(), typed).map(({ name, code }) => option(`${name} (${code})`, code)),
  state: async ({ places }, typed, country) => {
    if (!country) return []
    const states = await places.states(country)
    // A country whose states CMR does not list: what is typed is taken as it is.
    if (states.length === 0) return typed.trim() ? [option(typed.trim(), typed.trim())] : []
    return matching(states, typed).map(({ name }) => option(name, name))
  },
}

async function whatIsThere(house: House, picker: Picker, typed: string): Promise<PlainTextOption[]> {
  if (picker === 'country') {
    return matching(await house.places.knownCountries(), typed).map(({ name, code }) =>
      option(`${name} (${code})`, code),
    )
  }
  return picker === 'state' && typed.trim() ? [option(typed.trim(), typed.trim())] : []
}

/** The words that people read for what was given: "United States (US)" for US, a company for a userId. */
export async function pickerLabels(
  house: House,
  command: Command,
  values: Readonly<Record<string, unknown>>,
): Promise<Record<string, string>> {
  const given = fieldsOf(command.input).filter(({ picker, name }) => picker && values[name])
  const labels: Record<string, string> = {}
  for (const field of given) {
    const value = values[field.name]
    const kind = mirrored(field)
    if (kind) {
      const ids = Array.isArray(value) ? value.map(String) : wordsIn(String(value))
      const rows = await thingsOf(
        house.store,
        ids.map((id) => ({ kind, id })),
      )
      for (const row of rows) labels[field.kind === 'list' ? row.id : field.name] = thingLabel(row)
    } else if (field.picker === 'country') {
      const place = (await house.places.knownCountries()).find(({ code }) => code === value)
      if (place) labels[field.name] = `${place.name} (${place.code})`
    }
  }
  return labels
}

/** Names that begin with what was typed come first; the code counts as a name. */
function matching(places: readonly Place[], typed: string): Place[] {
  const wanted = typed.trim().toLowerCase()
  const begins = (place: Place) =>
    place.name.toLowerCase().startsWith(wanted) || place.code.toLowerCase() === wanted
  const found = places.filter((place) => begins(place) || place.name.toLowerCase().includes(wanted))
  return [...found.filter(begins), ...found.filter((place) => !begins(place))]
}
