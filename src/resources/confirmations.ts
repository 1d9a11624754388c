import type { z } from 'zod'
import type { Endpoint } from '../cmr/endpoint.ts'
import { money } from '../cmr/money.ts'
import type { Confirmation, Prefill } from '../commands/command.ts'
import type { CommandContext } from '../commands/context.ts'
import { readBack } from '../commands/read-back.ts'
import { customerLine } from '../directory/names/named.ts'
import { escapeText, section, context as smallPrint } from '../slack/blocks.ts'
import { nameOf } from './answers.ts'
import type { EndpointCommandOptions, RequestedCommand } from './endpoint-traits.ts'
import { fundsFor, moneyLines, type Price } from './prices.ts'

/** What it costs or loses, what the wallet holds, who is told, and the name to type for what cannot be undone. */
export async function confirmationOf<Of extends Endpoint, Input extends z.ZodObject, Before>(
  endpoint: Of,
  { summary, asks, price, submit }: EndpointCommandOptions<Of, Input, Before>,
  schema: Input,
  asked: RequestedCommand<z.output<Input>, Before>,
): Promise<Confirmation> {
  const { context, input } = asked
  const own = await asks?.(asked)
  const customer = own && (await customerLine(context, asked.named))
  const lines = [own ? toCustomer(own.text, customer) : await understood(summary, schema, asked)]
  // Notes with code in them are for those who build on the API.
  if (!own && endpoint.note && !endpoint.note.includes('`')) lines.push(`_${escapeText(endpoint.note)}_`)
  const costs = endpoint.effect === 'charge' || price ? ((await price?.(asked)) ?? unpriced) : undefined
  const typed = endpoint.effect === 'destroy' ? (own?.typed ?? (nameOf(input) || 'yes')) : own?.typed
  const priced = submit && costs && submitFor(submit, costs)
  return {
    ...(priced && { submit: priced }),
    ...own,
    text: lines.join('\n'),
    typed,
    cents: costs?.leavesOut ? undefined : (costs?.atMost ?? costs?.cents),
    // A block each: however many things are named, what it costs is never cut off.
    blocks: [
      ...(own?.blocks ?? []),
      ...(costs ? [section(moneyLines(costs, await fundsFor(context, costs)).join('\n'))] : []),
      smallPrint(receiptPlace(context)),
    ],
  }
}

/** Characters of a view's submit button ("Views"). */
const SUBMIT_LENGTH = 24

/** Returns the button of a charge with what it costs, as far as that is known: "Renew for $12.00". */
function submitFor(submit: string, { cents, isEstimate }: Price): string | undefined {
  if (cents === undefined) return undefined
  const amount = `${isEstimate ? 'about ' : ''}${money(cents)}`
  return [`${submit} for ${amount}`, `${submit}: ${amount}`].find((text) => text.length <= SUBMIT_LENGTH)
}

/** CMR shows it only when it charges. */
const unpriced: Price = { cents: undefined }

/**
 * What was understood of something that is asked only where no form told it.
 * @param given as it was said, to look up what stands there today
 */
export async function readBackOf<Of extends Endpoint, Input extends z.ZodObject, Before>(
  endpoint: Endpoint,
  commandOptions: EndpointCommandOptions<Of, Input, Before>,
  schema: Input,
  asked: RequestedCommand<z.output<Input>, Before>,
  given: Readonly<Record<string, unknown>>,
): Promise<string> {
  const { summary, question, picks, prefill } = commandOptions
  if (question) return toCustomer(question(asked), await customerLine(asked.context, asked.named))
  const picked = Object.fromEntries((picks ?? []).map((name) => [name, given[name]]))
  // What is added, or sent, replaces nothing that a form was filled with.
  const today = picks && endpoint.method !== 'POST' ? await prefill?.(asked.context, picked) : undefined
  return understood(summary, schema, asked, today)
}

/** What will be done, whose it is, and what was entered, with names in place of ids; mrkdwn. */
async function understood<Input extends z.ZodObject>(
  summary: string,
  schema: Input,
  { context, named: found }: Pick<RequestedCommand<z.output<Input>>, 'context' | 'named'>,
  today?: Prefill,
): Promise<string> {
  const customer = await customerLine(context, found)
  const { userId, ...rest } = found.spoken
  const entered = readBack(schema, customer ? rest : { ...rest, userId }, today?.values)
  return [`*${escapeText(summary)}?*`, customer, entered].filter(Boolean).join('\n')
}

/** A question and what follows from it, with whose it is right below the question: every confirmation reads alike. */
function toCustomer(text: string, customer: string | undefined): string {
  const [question, ...follows] = text.split('\n')
  return [question, ...(customer ? [customer] : []), ...follows].join('\n')
}

/** Who will see the receipt. */
export function receiptPlace({ caller }: CommandContext): string {
  if (!caller.channelId || caller.channelId.startsWith('D')) return 'The receipt is posted to you.'
  return `The receipt is posted in ${caller.threadTs ? 'the thread of this message in ' : ''}<#${caller.channelId}>.`
}
