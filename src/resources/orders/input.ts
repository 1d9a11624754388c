import { z } from 'zod'
import {
  autoRenew,
  forwardTo,
  microsoftOauthRoute,
  missingRoute,
  missingRouteSentences,
  provider,
  subscriptionId,
  userId,
} from '../../cmr/endpoints/fields.ts'
import { bounds } from '../../commands/check.ts'
import { InputError } from '../../commands/command.ts'
import type { Values } from '../../commands/field.ts'
import { type Addresses, addressesOf, defaultPattern, patternFault } from './addresses.ts'
import { type LineFault, parseDomainNames, parsePeople } from './pasted.ts'

const peopleFields = {
  mailboxes: z.string().optional().meta({
    label: 'People',
    hint: 'One per line, or separated by commas: “Jane Doe”, or “jane Jane Doe” to set the username. You can add the https address of a picture at the end of a line',
    example: 'Jane Doe',
    multiline: true,
  }),
  peopleFile: z
    .array(z.string())
    .optional()
    .meta({
      label: 'Or a CSV of people',
      hint: 'With the columns first and last, and optionally username and picture (an https address)',
      file: { types: ['csv'], most: 1 },
    }),
  pattern: z.string().optional().meta({
    label: 'Username pattern',
    hint: 'For people without a username: {first} {last} {f} {l}',
    example: defaultPattern,
  }),
}
const people = {
  ...peopleFields,
  onWarmup: z.boolean().optional().meta({ label: 'Warm the mailboxes up' }),
}
const files = z
  .array(z.string())
  .optional()
  .meta({
    label: 'Profile pictures as files',
    hint: 'In place of picture addresses, and without warm-up. The file name says whose it is: jane.doe.png for every domain, or jane.doe@acme.com.png',
    file: { types: ['jpg', 'jpeg', 'png'], most: 10 },
  })
const settings = {
  autoRenew: autoRenew.optional().meta({ label: 'Auto-renew the mailboxes' }),
  confirm: z.boolean().optional().meta({
    label: 'Process at once',
    hint: 'No: the order waits, and nothing is charged until somebody presses Process order',
  }),
}

/** How many were asked for in a sentence, such as “add 5 mailboxes”: the step that names them says so. */
const count = z.number().int().min(1).max(bounds.listed).optional().meta({ label: 'How many', hidden: true })

const isGoogle = ({ serviceProvider }: Values) => serviceProvider === 'GOOGLE'
const isMicrosoft = ({ serviceProvider }: Values) => serviceProvider === 'MICROSOFT'

/** How the mailboxes of an order are authorized, by its provider. */
export const routeFields = {
  googleOauthRoute: z.string().optional().meta({
    label: 'Google OAuth route',
    hint: 'Needed, unless you give a client ID',
    when: isGoogle,
  }),
  clientId: z.string().optional().meta({ label: 'Google client ID', when: isGoogle }),
  appName: z.string().optional().meta({ label: 'Google app name', when: isGoogle }),
  microsoftOauthRoute: microsoftOauthRoute
    .optional()
    .meta({ label: 'Microsoft OAuth route', needed: true, when: isMicrosoft }),
}

/** Only the endpoint that takes pictures masks. */
const hasPictures = ({ files: given }: Values) => Array.isArray(given) && given.length > 0

const orderFields = z.object({
  userId,
  count,
  // As it was pasted: its step makes names of it.
  domains: z
    .array(z.string().min(1))
    .min(1, 'Name at least one domain.')
    .meta({ label: 'Domains', hint: 'One per line, or pasted with commas, spaces or URLs' }),
  ...people,
  spread: z.boolean().optional().meta({
    label: 'Spread the people over the domains',
    hint: 'No: the same names on every domain',
  }),
  files,
  serviceProvider: provider.meta({ label: 'Provider', reloads: true }),
  years: z.number().int().min(1).max(10).optional().meta({ label: 'Years', hint: '1 by default' }),
  forwardTo: forwardTo.optional().meta({ label: 'Forward the domains to', example: 'https://acme.com' }),
  maskForwarding: z.boolean().optional().meta({ label: 'Mask the forwarding', when: hasPictures }),
  ...settings,
  domainAutoRenew: z.boolean().optional().meta({
    label: 'Auto-renew the domains',
    hint: 'No, as CMR does by default: a domain ends after its years, and its mailboxes stop, unless somebody renews it. Yes: the bot turns it on as soon as each domain is registered',
  }),
  ...routeFields,
})

/** An order of domains as people give it. */
export const orderInput = orderFields.superRefine(refuseWithoutRoute)

const moreFields = {
  userId,
  count,
  subscriptionId: subscriptionId
    .optional()
    .meta({ label: 'Subscription', hint: 'Its id, or its domain', picker: 'subscription' }),
  domain: z.string().optional().meta({
    label: 'Domain',
    hint: 'In place of the subscription, to open a new one after a cancellation',
    example: 'acme.com',
    picker: 'domain',
  }),
}

/** More mailboxes on a domain: on its active subscription, or on a new one. */
export const moreInput = z.object({
  ...moreFields,
  domainId: z.string().optional().meta({ label: 'Domain id', hidden: true }),
  ...people,
  files,
  autoRenew: settings.autoRenew.meta({ when: ({ domainId }: Values) => Boolean(domainId) }),
  confirm: settings.confirm,
})

/** The same with pictures as files, which only an active subscription takes. */
export const picturedInput = z.object({
  ...moreFields,
  ...peopleFields,
  files: files
    .unwrap()
    .min(1, 'Give at least one picture.')
    .meta(files.meta() ?? {}),
  confirm: settings.confirm,
})

export type OrderInput = z.output<typeof orderFields>
export type MoreInput = z.output<typeof moreInput>

/** Returns the provider's own route as CMR's orders take it; that of the other provider is left out. */
export function oauthOf(input: Pick<OrderInput, RouteField | 'serviceProvider'>) {
  const { serviceProvider, googleOauthRoute, clientId, appName, microsoftOauthRoute: microsoft } = input
  if (serviceProvider === 'MICROSOFT') return microsoft ? { microsoftOauthRoute: microsoft } : {}
  const google = {
    ...(googleOauthRoute && { googleOauthRoute }),
    ...(clientId && { clientId }),
    ...(appName && { appName }),
  }
  return Object.keys(google).length ? { google } : {}
}

type RouteField = 'googleOauthRoute' | 'clientId' | 'appName' | 'microsoftOauthRoute'

/** Returns whether an order goes to the endpoint that takes files: only there is forwarding masked ("Create Order"). */
export function goesAsFiles({
  files: given,
  maskForwarding,
}: Pick<OrderInput, 'files' | 'maskForwarding'>): boolean {
  return Boolean(given?.length) || maskForwarding === true
}

/**
 * Returns what an order that goes as files cannot have, by field: CMR documents neither warm-up nor the addresses of
 * pictures there ("Create Order", "Add mailboxes to a subscription").
 */
export function notWithFiles({
  onWarmup,
  mailboxes = '',
}: PeopleInput): { field: string; message: string } | undefined {
  if (onWarmup)
    return {
      field: 'onWarmup',
      message:
        'CMR cannot start a warm-up in an order with picture files or masked forwarding. Give pictures as addresses, or start the warm-up afterwards.',
    }
  if (parsePeople(mailboxes).people.some(({ profilePicture }) => profilePicture))
    return {
      field: 'mailboxes',
      message:
        'CMR accepts no picture addresses in an order with picture files or masked forwarding. Leave one of them out.',
    }
  return undefined
}

/** Returns the field in which the provider's own route is missing, and a sentence; undefined where it is given. */
export function routeFault(
  input: Pick<OrderInput, RouteField | 'serviceProvider'>,
): { field: RouteField; message: string } | undefined {
  const missing = missingRoute({ serviceProvider: input.serviceProvider, ...oauthOf(input) })
  if (!missing) return undefined
  const field = missing === 'google' ? 'googleOauthRoute' : missing
  return { field, message: missingRouteSentences[missing] }
}

/** Asks for the provider's own route before CMR refuses the order without it. */
export function refuseWithoutRoute(
  input: Pick<OrderInput, RouteField | 'serviceProvider'>,
  { addIssue }: z.core.$RefinementCtx,
): void {
  const fault = routeFault(input)
  if (fault) addIssue({ code: 'custom', path: [fault.field], message: fault.message })
}

/** What an input says about people. */
export interface PeopleInput {
  readonly mailboxes?: string | undefined
  readonly pattern?: string | undefined
  readonly spread?: boolean | undefined
  readonly onWarmup?: boolean | undefined
}

/** The names of an order. @throws InputError for what is no domain */
export function domainsOf(given: readonly string[]): string[] {
  const { names, wrong } = parseDomainNames(given)
  if (wrong.length) {
    const some = wrong.slice(0, 5).map((one) => `“${one.slice(0, 60)}”`)
    throw new InputError(
      'domains',
      `${some.join(', ')} ${wrong.length === 1 ? 'is not a domain' : 'are not domains'}.`,
    )
  }
  if (names.length === 0) throw new InputError('domains', 'Name at least one domain.')
  return [...names]
}

/** Every address of an order. @throws InputError for a pattern that is none, and with every line that is wrong */
export function mailboxesOf(input: PeopleInput, domains: readonly string[]): Addresses {
  const { mailboxes = '', pattern = defaultPattern, spread, onWarmup } = input
  const wrongPattern = patternFault(pattern)
  if (wrongPattern) throw new InputError('pattern', `${wrongPattern}.`)
  const parsed = parsePeople(mailboxes)
  const addresses = addressesOf({ people: parsed.people, domains, pattern, spread, onWarmup })
  const faults = [...parsed.faults, ...addresses.faults].sort((a, b) => a.line - b.line)
  if (faults.length) throw new InputError('mailboxes', faultText(faults))
  return addresses
}

/** Lines that an error names. */
const NAMED = 6

function faultText(faults: readonly LineFault[]): string {
  const lines = faults.slice(0, NAMED).map(({ line, why }) => `Line ${line}: ${why.slice(0, 160)}.`)
  const more = faults.length > NAMED ? [`And ${faults.length - NAMED} more lines.`] : []
  return [...lines, ...more].join('\n')
}
