import type { z } from 'zod'
import { unreadableIn } from '../cmr/answers/page.ts'
import type { Answer, Endpoint, RefusedItem } from '../cmr/endpoint.ts'
import { refusalOf } from '../cmr/items.ts'
import { dropCredentials } from '../cmr/redact.ts'
import { type Command, command } from '../commands/command.ts'
import type { CommandContext } from '../commands/context.ts'
import { fieldsOf, type Values } from '../commands/field.ts'
import { customersOfCaller } from '../commands/permissions.ts'
import { entryKindOf, type Named, named } from '../directory/names/named.ts'
import type { RequestContent } from '../operations/expected-results.ts'
import { byName, withRefused } from '../operations/messages/receipt.ts'
import { askOnce } from '../operations/recent-charges.ts'
import { acceptedMessage, answerMessage, nameOf, withUnreadable } from './answers.ts'
import { confirmationOf, readBackOf } from './confirmations.ts'
import { listRows } from './csv-lists.ts'
import {
  type EndpointCommand,
  type EndpointCommandOptions,
  type RequestedCommand,
  withTraits,
} from './endpoint-traits.ts'
import { flatRequest } from './request-fields.ts'
import { orderedPage, type RowOrder, sortedPage } from './sorting.ts'

/** The command of an endpoint: form, confirmation and receipt follow from its declaration, and from what is said of it. */
export function endpointCommand<
  Of extends Endpoint,
  Input extends z.ZodObject = z.ZodObject,
  Before = undefined,
>(endpoint: Of, commandOptions: EndpointCommandOptions<Of, Input, Before>): EndpointCommand {
  const [noun = '', verb = ''] = endpoint.id.split('.')
  const { summary, about, rare, example, prefill, follow, picks, consequence, sensitive, reword, doubt } =
    commandOptions
  const { rowsOfCustomers, customers = rowsOfCustomers && ('narrowed' as const) } = commandOptions
  const order = commandOptions.order as RowOrder<unknown> | undefined
  const flat = flatRequest(endpoint)
  const whole = commandOptions.input ?? flat.input
  const input = ownerFollows(whole) as Input
  // Whose it is follows from the thing, so the thing comes first and the user stands behind a flag.
  const isOwned = input !== whole
  const request = commandOptions.request ?? flat.assemble
  const required = Object.entries(input.shape).filter(
    ([, schema]) => !(schema as z.ZodType).safeParse(undefined).success,
  )
  async function requested(
    context: CommandContext,
    given: z.output<Input>,
  ): Promise<RequestedCommand<z.output<Input>, Before>> {
    const found = await named(context, input, given)
    const as = (values: Named['ids']) => values as z.output<Input>
    const what = { context, input: as(found.spoken), ids: as(found.ids), named: found }
    return { ...what, before: (await commandOptions.before?.(what)) as Before }
  }

  /** The rows of the customer who was named, else of those whom a role is for; undefined where everybody's are wanted. */
  async function theirRows(context: CommandContext, ids: z.output<Input>) {
    if (!rowsOfCustomers) return undefined
    const { userId } = ids as Values
    const only = typeof userId === 'string' ? [userId] : await customersOfCaller(context)
    return only && rowsOfCustomers(context, ids, only)
  }

  const made = command<Input>({
    noun,
    verb,
    summary,
    effect: endpoint.effect,
    ...(commandOptions.needs && { needs: commandOptions.needs }),
    ...(sensitive && { sensitive }),
    ...(customers !== undefined && { customers }),
    ...(consequence && { consequence }),
    submit: commandOptions.submit ?? submits[endpoint.effect],
    input,
    positional: (
      commandOptions.positional ?? required.map(([name]) => name as keyof z.output<Input> & string)
    ).filter((name) => name !== 'userId' || !isOwned),
    label: nameOf,
    whenUnknown: () => `Check the current state (\`/cmr help ${noun}\` lists how) before you send it again.`,
    ...(example && { example }),
    ...(about && { about }),
    ...(rare && { rare }),
    ...(picks && { picks }),
    ...(prefill && { prefill }),
    ...(follow && { follow }),
    ...(reword && { reword }),
    ...(doubt && { doubt }),
    ...((commandOptions.asks || endpoint.effect === 'charge' || endpoint.effect === 'destroy') && {
      confirm: async (context: CommandContext, given: z.output<Input>) => {
        const what = await requested(context, given)
        const ask = () => confirmationOf(endpoint, commandOptions, input, what)
        if (endpoint.effect === 'write') return ask()
        return askOnce(context, endpoint.id, (await request(what.ids, what)) as Partial<RequestContent>, ask)
      },
    }),
    readBack: async (context, given) =>
      readBackOf(endpoint, commandOptions, input, await requested(context, given), given),
    async run(context, given) {
      const what = await requested(context, given)
      const { query = {}, body } = await request(what.ids, what)
      const rows = await theirRows(context, what.ids)
      const answer = rows
        ? { data: orderedPage(rows, query, order), message: '', refused: [] }
        : order && 'page' in endpoint.query.shape
          ? await sortedPage(context.cmr, endpoint, query, order)
          : await context.cmr.call(endpoint, { query, body }, { takesPartial: endpoint.effect === 'read' })
      const { message: said, actionId } = answer
      const data = dropCredentials(answer.data)
      const taken = endpoint.effect === 'read' ? what : withoutRefused(what, answer.refused)
      const shown = await commandOptions.show?.({ ...answer, data } as Answer<z.output<Of['answer']>>, taken)
      if (endpoint.effect === 'read') {
        const message = shown ?? answerMessage(`${summary} ${nameOf(what.input)}`.trim(), data)
        return { message: withUnreadable(message, unreadableIn(data)) }
      }
      const orderId = idIn(data, 'orderId')
      // How it goes on stands below, and is kept up to date there (`src/operations/messages/operations.ts`).
      const accepted =
        shown ??
        acceptedMessage([summary, nameOf(taken.input)].filter(Boolean).join(': '), {
          message: said,
          orderId,
        })
      const message = withRefused(accepted, byName(answer.refused, spokenNames(what)))
      return { message, actionId, orderId, subject: subjectOf({ ...query, ...(body as object) }) }
    },
  })
  const ofList = commandOptions.isList && listRows(endpoint, input)
  if (!ofList?.rows) return withTraits(made, commandOptions)
  const { rows: all } = ofList
  const rows: Command['rows'] = async (context, given, most) => {
    const { ids } = await named(context, input, given)
    const read = (await theirRows(context, ids as z.output<Input>)) ?? (await all(context, given, most))
    return order ? [...read].sort(order) : read
  }
  return withTraits({ ...made, ...ofList, rows }, commandOptions)
}

/** What CMR calls things, in lower case → as people named them. */
function spokenNames({ ids, input }: { readonly ids: unknown; readonly input: unknown }) {
  const spoken = input as Values
  return new Map(
    Object.entries(ids as Values).flatMap(([field, value]) => {
      const names = [spoken[field]].flat()
      return [value].flat().map((id, at) => [String(id).toLowerCase(), String(names[at] ?? id)] as const)
    }),
  )
}

/** The same without the items that CMR refused: a receipt says of the others that they are under way. */
function withoutRefused<What extends { readonly ids: unknown; readonly input: unknown }>(
  what: What,
  refused: readonly RefusedItem[],
): What {
  if (refused.length === 0) return what
  const ids: Record<string, unknown> = { ...(what.ids as Values) }
  const input: Record<string, unknown> = { ...(what.input as Values) }
  for (const [field, value] of Object.entries(ids)) {
    if (!Array.isArray(value)) continue
    const isTaken = (_: unknown, at: number) => refusalOf(refused, value[at]) === undefined
    ids[field] = value.filter(isTaken)
    if (Array.isArray(input[field])) input[field] = input[field].filter(isTaken)
  }
  return { ...what, ids, input }
}

/** Where things are named that belong to somebody, it need not be said to whom. */
export function ownerFollows(input: z.ZodObject): z.ZodObject {
  const { userId, ...others } = input.shape
  const telling = fieldsOf(input).some((field) => field.required && (entryKindOf(field) ?? 'user') !== 'user')
  if (!telling || userId === undefined) return input
  const meta = { ...(userId as z.ZodType).meta(), hint: 'Needed only if the bot does not know whose this is' }
  // The thing comes first, also in the form. A clone keeps the rules across fields.
  const shape = { ...others, userId: (userId as z.ZodType).optional().meta(meta) }
  return input.clone({ ...input.def, shape })
}

const submits = { read: 'Show', write: 'Send', charge: 'Send', destroy: 'Yes, for good' }

function idIn(data: unknown, name: string): string | undefined {
  const value =
    typeof data === 'object' && data !== null ? (data as Record<string, unknown>)[name] : undefined
  return typeof value === 'string' ? value : undefined
}

function subjectOf(values: Readonly<Record<string, unknown>>): Record<string, string> {
  const ids = ['userId', 'domain', 'subscriptionId', 'mailboxId', 'orderId']
  return Object.fromEntries(ids.flatMap((id) => (typeof values[id] === 'string' ? [[id, values[id]]] : [])))
}
