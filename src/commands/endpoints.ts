import { z } from 'zod'
import type { Endpoint } from '../cmr/endpoint.ts'
import { allEndpoints } from '../cmr/endpoints/index.ts'
import { toCents } from '../cmr/money.ts'
import { dropCredentials } from '../cmr/redact.ts'
import { readBack } from '../forms/form.ts'
import { acceptedMessage, answerMessage, domainList } from '../messages/answers.ts'
import { escapeText } from '../messages/blocks.ts'
import { money } from '../messages/wallet.ts'
import { type Command, type CommandContext, command } from './command.ts'
import { flatRequest } from './derive.ts'
import { withIds } from './names.ts'
import { orderShapes } from './orders.ts'

/** What a declaration cannot tell of a command: how a person would say what it does. */
const summaries: Readonly<Record<string, string>> = {
  'domains.list': 'List a user’s domains',
  'domains.get': 'Show a domain',
  'domains.suggest': 'Suggest domains',
  'domains.available': 'Is a domain free?',
  'domains.workspace': 'Check workspaces',
  'domains.renewal-price': 'Price of renewal',
  'domains.renew': 'Renew domains',
  'domains.auto-renew': 'Auto-renew of domains',
  'domains.forward': 'Forward domains',
  'domains.forward-email': 'Forward a domain’s mail',
  'domains.client-id': 'Add a Google client ID',
  'domains.remove': 'Remove domains',
  'dns.list': 'List DNS records',
  'dns.add': 'Add a DNS record',
  'dns.update': 'Change a DNS record',
  'dns.delete': 'Delete a DNS record',
  'dns.nameservers': 'Replace nameservers',
  'orders.get': 'Show an order',
  'orders.status': 'Status of an order',
  'orders.create': 'Order domains',
  'orders.create-with-images': 'Order with pictures',
  'orders.mailboxes': 'Order mailboxes',
  'orders.add-mailboxes': 'Add mailboxes',
  'orders.process': 'Process an order',
  'mailboxes.list': 'List a user’s mailboxes',
  'mailboxes.all': 'List all mailboxes',
  'mailboxes.get': 'Show a mailbox',
  'mailboxes.admin': 'A mailbox’s admin login',
  'mailboxes.update': 'Update a mailbox',
  'mailboxes.remove': 'Remove mailboxes',
  'mailboxes.validate': 'Validate mailboxes',
  'mailboxes.reexport': 'Re-export a mailbox',
  'warmup.add': 'Start a warm-up',
  'warmup.remove': 'Remove a warm-up',
  'warmup.toggle': 'Toggle a warm-up',
  'warmup.status': 'Pause or resume warm-up',
  'warmup.settings': 'Warm-up settings',
  'placement.run': 'Run a placement test',
  'placement.reports': 'Placement reports',
  'subscriptions.list': 'List subscriptions',
  'subscriptions.renew': 'Renew subscriptions',
  'subscriptions.auto-renew': 'Auto-renew of one',
  'subscriptions.cancel': 'Cancel a subscription',
  'subscriptions.recreate': 'Recreate subscriptions',
  'exports.platforms': 'Connected platforms',
  'exports.connect': 'Connect a platform',
  'exports.update': 'Update a platform login',
  'exports.disconnect': 'Disconnect a platform',
  'exports.workspaces': 'Workspaces of a platform',
  'exports.send': 'Export mailboxes',
  'prewarm.list': 'Pre-warmed inventory',
  'prewarm.order': 'Order pre-warmed',
  'prewarm.sandbox-list': 'Sandbox inventory',
  'prewarm.sandbox-order': 'Sandbox order',
  'prewarm.sandbox-reset': 'Reset the sandbox',
  'errors.send': 'Report to CMR',
}

/** Requests whose shape people should not have to know. */
const shapes = { ...orderShapes, 'mailboxes.validate': listOfAddresses() }

function listOfAddresses() {
  const endpoint = allEndpoints.find(({ id }) => id === 'mailboxes.validate')
  const mailboxes = z.array(z.string()).min(1).meta({ label: 'Addresses', hint: 'One a line' })
  return {
    input: z.object({ ...endpoint?.query.shape, mailboxes }),
    assemble: ({ userId, mailboxes: given }: Readonly<Record<string, unknown>>) => ({
      query: { userId },
      body: { mailboxes: given },
    }),
  }
}

/** A command for every endpoint that has a summary here: form, confirmation and receipt follow from its declaration. */
export const endpointCommands: readonly Command[] = allEndpoints.flatMap((endpoint) => {
  const summary = summaries[endpoint.id]
  return summary ? [commandOf(endpoint, summary)] : []
})

function commandOf(endpoint: Endpoint, summary: string): Command {
  const [noun = '', verb = ''] = endpoint.id.split('.')
  const request = shapes[endpoint.id as keyof typeof shapes] ?? flatRequest(endpoint)
  const required = Object.entries(request.input.shape).filter(
    ([, schema]) => !(schema as z.ZodType).safeParse(undefined).success,
  )
  const asks = endpoint.effect === 'charge' || endpoint.effect === 'destroy'
  const follows = endpoint.endsWith.length
    ? 'CMR tells the outcome later; it is posted in this thread.'
    : undefined

  const declared: Command = {
    noun,
    verb,
    summary,
    effect: endpoint.effect,
    // Whoever may delete a mailbox may see its password; nobody else.
    ...(endpoint.id === 'mailboxes.admin' && { needs: 'admin' as const }),
    submit: endpoint.effect === 'read' ? 'Show' : endpoint.effect === 'destroy' ? 'Yes, for good' : 'Send',
    input: request.input,
    positional: required.map(([name]) => name),
    label: (input) => nameOf(input),
    whenUnknown: () =>
      `Look at what is there now (\`/cmr help ${noun}\` lists how) before you send it again.`,
    ...(asks && {
      confirm: (context: CommandContext, input: Record<string, unknown>) =>
        confirmationOf(context, endpoint, declared, input),
    }),
    async run({ cmr }, input) {
      const { query, body } = request.assemble(await withIds(cmr, input))
      const { data, message, actionId } = await cmr.call(endpoint, { query, body })
      if (endpoint.effect === 'read') {
        const seen = endpoint.id === 'mailboxes.admin' ? data : dropCredentials(data)
        if (endpoint.id === 'domains.list' && Array.isArray(seen)) {
          return { message: domainList(String((query as { userId?: string }).userId), seen) }
        }
        return { message: answerMessage(`${summary} ${nameOf(input)}`.trim(), seen) }
      }
      const orderId = idIn(data, 'orderId')
      const receipt = acceptedMessage(`${summary}: ${nameOf(input)}`, { message, actionId, orderId }, follows)
      return { message: receipt, actionId, orderId, subject: subjectOf({ ...query, ...(body as object) }) }
    },
  }
  return command(declared)
}

/** What it costs or loses, what the wallet holds, and the name to type for what cannot be undone. */
async function confirmationOf(
  context: CommandContext,
  endpoint: Endpoint,
  { summary, input: schema }: Command,
  input: Record<string, unknown>,
) {
  const { cmr } = context
  const lines = [`*${escapeText(summary)}?*`, readBack(schema, input)]
  // Notes with code in them are for those who build on the API.
  if (endpoint.note && !endpoint.note.includes('`')) lines.push(`_${escapeText(endpoint.note)}_`)
  if (endpoint.effect === 'charge' || endpoint.id === 'subscriptions.recreate') {
    const price = await priceOf(context, endpoint, input)
    const { data } = await cmr.wallet.get()
    const balance = toCents(data.balance ?? data.walletBalance ?? data.availableBalance)
    if (price !== undefined) lines.push(`It costs *${money(price)}*.`)
    else lines.push('CMR tells the price only when it charges.')
    if (balance !== undefined) {
      const after = price === undefined ? '' : `, and ${money(balance - price)} after it`
      lines.push(`The wallet holds ${money(balance)}${after}.`)
    }
  }
  lines.push('The receipt is posted here.')
  return { text: lines.join('\n'), ...(endpoint.effect === 'destroy' && { typed: nameOf(input) || 'yes' }) }
}

/** Cents, where CMR's documentation lets them be known beforehand. */
async function priceOf(
  { cmr }: CommandContext,
  { id }: Endpoint,
  input: Record<string, unknown>,
): Promise<number | undefined> {
  if (id === 'domains.renew') {
    const { userId, domains } = (await withIds(cmr, input)) as { userId: string; domains: string[] }
    const { data } = await cmr.domains['renewal-price']({ body: { userId, domains } })
    const years = Number(input.years ?? 1)
    return sum(data.map((one) => toCents(one.renewalPrice))).map((cents) => cents * years)[0]
  }
  if (id === 'orders.create' || id === 'orders.create-with-images') {
    const names = input.domains as string[]
    const answers = await Promise.all(names.map((domain) => cmr.domains.available({ body: { domain } })))
    const taken = answers.findIndex(({ data }) => data.available === false)
    const domains = sum(answers.map(({ data }) => toCents(data.price)))
    const people = String(input.mailboxes ?? '')
      .split('\n')
      .filter((line) => line.trim()).length
    if (taken !== -1) return undefined
    return domains.map((cents) => cents * Number(input.years ?? 1) + people * names.length * MAILBOX_CENTS)[0]
  }
  return undefined
}

/** CMR's list price of a mailbox and month ("Money"); partners with volume may pay less. */
const MAILBOX_CENTS = 300

/** The sum, or nothing where one of them is not known. */
function sum(cents: readonly (number | undefined)[]): number[] {
  return cents.every((one) => one !== undefined) ? [cents.reduce<number>((a, b) => a + (b ?? 0), 0)] : []
}

const naming = [
  'domain',
  'domainName',
  'domains',
  'domainNames',
  'mailboxId',
  'mailboxIds',
  'subscriptionId',
  'subscriptionIds',
  'orderId',
  'recordId',
  'credentialId',
  'userId',
  'keyword',
  'contains',
  'message',
]

/** What a person calls the thing that a command is about. */
function nameOf(input: Readonly<Record<string, unknown>>): string {
  const value = naming.map((name) => input[name]).find((one) => one !== undefined)
  const names = Array.isArray(value) ? value.map(String) : value === undefined ? [] : [String(value)]
  return names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ')
}

function idIn(data: unknown, name: string): string | undefined {
  const value =
    typeof data === 'object' && data !== null ? (data as Record<string, unknown>)[name] : undefined
  return typeof value === 'string' ? value : undefined
}

function subjectOf(values: Readonly<Record<string, unknown>>): Record<string, string> {
  const ids = ['userId', 'domain', 'subscriptionId', 'mailboxId', 'orderId']
  return Object.fromEntries(ids.flatMap((id) => (typeof values[id] === 'string' ? [[id, values[id]]] : [])))
}
