import type { PlainTextOption } from '@slack/types'
import { permit } from '../access/permit.ts'
import { userIdOf, userName } from '../cmr/answers/users.ts'
import { noCountryYet } from '../cmr/endpoints/fields.ts'
import { wordsIn } from '../commands/check.ts'
import type { Command } from '../commands/command.ts'
import type { Caller, CommandContext } from '../commands/context.ts'
import { type Field, fieldsOf, type Picker, type Values } from '../commands/field.ts'
import { type ViewState, valuesOf } from '../commands/forms/state.ts'
import { customersOfCaller } from '../commands/permissions.ts'
import { countriesBeginning, countryCode, type Place, placeCalled } from '../commands/places.ts'
import { OPTIONS_SOUGHT, optionsWithin } from '../commands/search.ts'
import { thingLabel } from '../directory/find/labels.ts'
import { findUsers } from '../directory/names/customers.ts'
import { wholeOrderId } from '../directory/names/lookups.ts'
import { entryKindOf } from '../directory/names/named.ts'
import type { EntryKind } from '../directory/store/rows.ts'
import { searchDirectory, thingsOf } from '../directory/store/search.ts'
import { withTimeout } from '../process/clock.ts'
import { option } from '../slack/blocks.ts'
import { type AppContext, commandContext } from './app-context.ts'

/** Slack waits 3 s and never asks again; after this what is there is shown. */
const ANSWER_MS = 1700

/** What a picker asks: which field of which form, what was typed into it, and what the form holds besides. */
export interface OptionsRequest {
  readonly caller: Caller
  readonly callbackId: string
  /** `form.<field>`, with `:<country>` behind it for states. */
  readonly actionId: string
  readonly typed: string
  readonly state?: ViewState | undefined
}

/** The options for a picker, in time whatever CMR does. */
export async function optionsFor(app: AppContext, request: OptionsRequest): Promise<PlainTextOption[]> {
  const [name = '', detail = ''] = request.actionId.replace(/^form\./, '').split(':')
  const command = app.registry.byId(request.callbackId)
  const fields = command ? fieldsOf(command.input) : []
  const field = fields.find((one) => one.name === name)
  if (!command || !field) return []
  const context = commandContext(app, request.caller)
  const verdict = await permit(context, command)
  if (!verdict.allowed && !verdict.approvable) return []
  const userField = fields.find(({ picker }) => picker === 'user')?.name ?? ''
  const userId = valuesOf(request.state ?? {})[userField]
  const typed = request.typed.trim()
  const found = await withTimeout(
    sourceOf(command, field, detail)(context, typed, typeof userId === 'string' ? userId : undefined).catch(
      (error: unknown) => {
        app.logger.warn({ err: error, field: name }, 'a picker could not be filled')
        return undefined
      },
    ),
    ANSWER_MS,
  )
  return optionsWithin(found ?? (await whatIsThere(app, field.picker, typed)), typed)
}

type Source = (
  context: CommandContext,
  typed: string,
  userId: string | undefined,
) => Promise<PlainTextOption[]>

/** @param country of states */
function sourceOf(command: Command, field: Field, country: string): Source {
  const { search, picker } = field
  const kind = entryKindOf(field)
  if (search) return search
  if (kind)
    return async (context, typed, userId) =>
      directoryOptions(context, kind, { typed, userId, customers: await offeredCustomers(context, command) })
  if (picker === 'country') return countries
  return picker === 'state' ? (context, typed) => statesOf(context, typed, country) : async () => []
}

/** The only customers whose things are offered; what may be approved is offered as far as it may be seen. */
async function offeredCustomers(
  context: CommandContext,
  command: Command,
): Promise<readonly string[] | undefined> {
  const [allowed, seen] = await Promise.all([customersOfCaller(context, command), customersOfCaller(context)])
  return allowed?.length === 0 ? seen : allowed
}

/** Things from the mirror, a chosen customer's first; of users, CMR's where the mirror is still empty. */
async function directoryOptions(
  { cmr, store }: CommandContext,
  kind: EntryKind,
  {
    typed,
    userId,
    customers,
  }: {
    readonly typed: string
    readonly userId: string | undefined
    readonly customers: readonly string[] | undefined
  },
): Promise<PlainTextOption[]> {
  const wanted = {
    text: typed,
    kinds: [kind],
    customers,
    limit: OPTIONS_SOUGHT,
    ...(kind !== 'user' && { userId }),
  }
  const { rows } = await searchDirectory(store, wanted)
  if (rows.length > 0) return rows.map((row) => option(thingLabel(row), row.id))
  if (
    kind === 'user' &&
    !customers &&
    (await searchDirectory(store, { ...wanted, text: '', limit: 1 })).rows.length === 0
  ) {
    const { rows: users } = await findUsers(cmr, { search: typed || undefined, limit: 50 })
    return users.map((user) => option(`${userName(user)} · ${user.email ?? ''}`, userIdOf(user)))
  }
  // The mirror may be behind CMR: what is typed whole can be chosen all the same.
  const whole = kind === 'order' ? wholeOrderId : /^\S+[.@]\S+$|^[A-Z0-9]{12,}$/
  return whole.test(typed) ? [option(`${typed} · not known here yet`, typed)] : []
}

async function countries({ places }: CommandContext, typed: string): Promise<PlainTextOption[]> {
  return countriesCalled(await places.countries(), typed).map(countryOption)
}

/** By what CMR calls them, by their code, and by what people call them otherwise: "USA", "England", "Deutschland". */
function countriesCalled(places: readonly Place[], typed: string): Place[] {
  if (!typed) return matching(places, typed)
  const [exact, ...begun] = countriesBeginning(typed)
  const codes = countryCode(typed) === exact && exact ? [exact] : []
  const first = places.filter(({ code }) => codes.includes(code))
  const others = [
    ...matching(places, typed),
    ...places.filter(({ code }) => [exact, ...begun].includes(code)),
  ]
  return [...new Set([...first, ...others])]
}

async function statesOf(
  { places }: CommandContext,
  typed: string,
  country: string,
): Promise<PlainTextOption[]> {
  if (!country) return [option('Pick the country first, then its states are listed here', noCountryYet)]
  const states = await places.states(country)
  // A country whose states CMR does not list: what is typed is taken as it is.
  if (states.length === 0) return typed ? [option(typed, typed)] : []
  const [called] = typed ? [placeCalled(states, typed)] : []
  return [...new Set([...(called ? [called] : []), ...matching(states, typed)])].map(({ name }) =>
    option(name, name),
  )
}

function countryOption({ name, code }: Place): PlainTextOption {
  return option(`${name} (${code})`, code)
}

async function whatIsThere(
  app: AppContext,
  picker: Picker | undefined,
  typed: string,
): Promise<PlainTextOption[]> {
  if (picker === 'country')
    return countriesCalled(await app.places.knownCountries(), typed).map(countryOption)
  return picker === 'state' && typed ? [option(typed, typed)] : []
}

/** The words that people read for what was given: "United States (US)" for US, a company for a userId. */
export async function pickerLabels(
  context: CommandContext,
  command: Command,
  values: Values,
): Promise<Record<string, string>> {
  const given = fieldsOf(command.input).filter(
    ({ picker, search, name }) => (picker || search) && values[name],
  )
  const labels: Record<string, string> = {}
  for (const field of given) {
    const value = values[field.name]
    const kind = entryKindOf(field)
    if (kind) {
      const ids = Array.isArray(value) ? value.map(String) : wordsIn(String(value))
      const rows = await thingsOf(
        context.store,
        ids.map((id) => ({ kind, id })),
      )
      for (const row of rows) labels[field.kind === 'list' ? row.id : field.name] = thingLabel(row)
    } else {
      const chosen = (await knownOptions(context, field, String(value))).find((one) => one.value === value)
      if (chosen) labels[field.name] = chosen.text.text
    }
  }
  return labels
}

/** What can be told without asking CMR. */
async function knownOptions(
  context: CommandContext,
  { search, picker }: Field,
  value: string,
): Promise<PlainTextOption[]> {
  if (search) return search(context, value)
  return picker === 'country' ? (await context.places.knownCountries()).map(countryOption) : []
}

/** Names that begin with what was typed come first; the code counts as a name. */
function matching(places: readonly Place[], typed: string): Place[] {
  const wanted = typed.trim().toLowerCase()
  const begins = (place: Place) =>
    place.name.toLowerCase().startsWith(wanted) || place.code.toLowerCase() === wanted
  const found = places.filter((place) => begins(place) || place.name.toLowerCase().includes(wanted))
  return [...found.filter(begins), ...found.filter((place) => !begins(place))]
}
