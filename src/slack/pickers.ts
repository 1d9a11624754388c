import type { PlainTextOption } from '@slack/types'
import type { Command } from '../commands/command.ts'
import { findUsers } from '../commands/customers.ts'
import type { Place } from '../commands/places.ts'
import { fieldsOf, type Picker } from '../forms/field.ts'
import { option } from '../forms/form.ts'
import { userIdOf, userName } from '../messages/users.ts'
import type { House } from './house.ts'
import { within } from './within.ts'

/** Slack waits 3 s and never asks again; after this what is there is shown. */
const PATIENCE_MS = 1700
/** "Block Kit reference: select menus". */
const MOST = 100

/** What a picker asks: which field of which form, and what was typed into it. */
export interface OptionsRequest {
  readonly callbackId: string
  /** `form.<field>`, with `:<country>` behind it for states. */
  readonly actionId: string
  readonly typed: string
}

/** The options for a picker, in time whatever CMR does. */
export async function optionsFor(house: House, request: OptionsRequest): Promise<PlainTextOption[]> {
  const [name = '', detail = ''] = request.actionId.replace(/^form\./, '').split(':')
  const command = house.registry.byId(request.callbackId)
  const picker = command && fieldsOf(command.input).find((field) => field.name === name)?.picker
  if (!picker) return []
  const found = await within(
    Promise.resolve(sources[picker]?.(house, request.typed, detail)).catch((error: unknown) => {
      house.logger.warn({ err: error, picker }, 'CMR did not fill a picker')
      return undefined
    }),
    PATIENCE_MS,
  )
  return (found ?? (await whatIsThere(house, picker, request.typed))).slice(0, MOST)
}

type Source = (house: House, typed: string, detail: string) => Promise<PlainTextOption[]>

const sources: Partial<Record<Picker, Source>> = {
  country: async ({ places }, typed) =>
    matching(await places.countries(), typed).map(({ name, code }) => option(`${name} (${code})`, code)),
  state: async ({ places }, typed, country) => {
    if (!country) return []
    const states = await places.states(country)
    // A country whose states CMR does not list: what is typed is taken as it is.
    if (states.length === 0) return typed.trim() ? [option(typed.trim(), typed.trim())] : []
    return matching(states, typed).map(({ name }) => option(name, name))
  },
  user: async ({ cmr }, typed) => {
    const { users } = await findUsers(cmr, { search: typed.trim() || undefined, limit: 50 })
    return users.map((user) => option(`${userName(user)} · ${user.email ?? ''}`, userIdOf(user)))
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

/** "United States (US)" for a country that was given as US, so that the form shows what a person reads. */
export async function countryLabels(
  house: House,
  command: Command,
  values: Readonly<Record<string, unknown>>,
): Promise<Record<string, string>> {
  const given = fieldsOf(command.input).filter(({ picker, name }) => picker === 'country' && values[name])
  const known = given.length ? await house.places.knownCountries() : []
  return Object.fromEntries(
    given.flatMap(({ name }) => {
      const place = known.find(({ code }) => code === values[name])
      return place ? [[name, `${place.name} (${place.code})`]] : []
    }),
  )
}

/** Names that begin with what was typed come first; the code counts as a name. */
function matching(places: readonly Place[], typed: string): Place[] {
  const wanted = typed.trim().toLowerCase()
  const begins = (place: Place) =>
    place.name.toLowerCase().startsWith(wanted) || place.code.toLowerCase() === wanted
  const found = places.filter((place) => begins(place) || place.name.toLowerCase().includes(wanted))
  return [...found.filter(begins), ...found.filter((place) => !begins(place))]
}
