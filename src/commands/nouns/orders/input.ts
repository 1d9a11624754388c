import { z } from 'zod'
import {
  autoRenew,
  forwardTo,
  microsoftOauthRoute,
  provider,
  subscriptionId,
  userId,
} from '../../../cmr/endpoints/fields.ts'
import { InputError } from '../../command.ts'
import { type Addresses, addressesOf, defaultPattern, patternFault } from './addresses.ts'
import { parseDomainNames } from './domain-names.ts'
import { type LineFault, parsePeople } from './people.ts'

type Given = Readonly<Record<string, unknown>>

const people = {
  mailboxes: z.string().optional().meta({
    label: 'People',
    hint: 'One a line, or with commas between: “Jane Doe”, or “jane Jane Doe” with a username of its own',
    example: 'Jane Doe',
    multiline: true,
  }),
  peopleFile: z
    .array(z.string())
    .optional()
    .meta({
      label: 'Or a CSV of people',
      hint: 'Columns first, last and perhaps username',
      file: { types: ['csv'], most: 1 },
    }),
  pattern: z.string().optional().meta({
    label: 'Username pattern',
    hint: 'For lines without a username: {first} {last} {f} {l}',
    example: defaultPattern,
  }),
  onWarmup: z.boolean().optional().meta({ label: 'Warm the mailboxes up' }),
}
const files = z
  .array(z.string())
  .optional()
  .meta({
    label: 'Profile pictures',
    hint: 'Named for whom they are: jane.doe.png on every domain, or jane.doe@acme.com.png',
    file: { types: ['jpg', 'jpeg', 'png'], most: 10 },
  })
const settings = {
  autoRenew: autoRenew.optional().meta({ label: 'Auto-renew the mailboxes' }),
  confirm: z.boolean().optional().meta({
    label: 'Process at once',
    hint: 'No: it waits, uncharged, until somebody presses Process',
  }),
}

const isGoogle = ({ serviceProvider }: Given) => serviceProvider === 'GOOGLE'
const isMicrosoft = ({ serviceProvider }: Given) => serviceProvider === 'MICROSOFT'
/** Only the endpoint that takes pictures masks. */
const hasPictures = ({ files: given }: Given) => Array.isArray(given) && given.length > 0

/** An order of domains as people give it. */
export const orderInput = z.object({
  userId,
  // As it was pasted: its step makes names of it.
  domains: z
    .array(z.string().min(1))
    .min(1, 'Name at least one domain.')
    .meta({ label: 'Domains', hint: 'One a line, or pasted with commas, spaces, URLs' }),
  ...people,
  spread: z.boolean().optional().meta({
    label: 'Spread the people over the domains',
    hint: 'No: the same names on every domain',
  }),
  files,
  serviceProvider: provider.meta({ label: 'Provider', reloads: true }),
  years: z
    .number()
    .int()
    .min(1)
    .max(10)
    .optional()
    .meta({ label: 'Years', hint: '1 unless you say otherwise' }),
  forwardTo: forwardTo.optional().meta({ label: 'Forward the domains to', example: 'https://acme.com' }),
  maskForwarding: z.boolean().optional().meta({ label: 'Mask the forwarding', when: hasPictures }),
  ...settings,
  googleOauthRoute: z.string().optional().meta({ label: 'Google OAuth route', when: isGoogle }),
  clientId: z.string().optional().meta({ label: 'Google client ID', when: isGoogle }),
  appName: z.string().optional().meta({ label: 'Google app name', when: isGoogle }),
  microsoftOauthRoute: microsoftOauthRoute
    .optional()
    .meta({ label: 'Microsoft OAuth route', when: isMicrosoft }),
})

/** More mailboxes on a subscription that is there. */
export const moreInput = z.object({
  userId,
  subscriptionId: subscriptionId.meta({ label: 'Subscription', hint: 'Its id, or its domain' }),
  domain: z
    .string()
    .optional()
    .meta({ label: 'Domain', hint: 'The subscription’s own unless you say otherwise', example: 'acme.com' }),
  ...people,
  files,
  ...settings,
})

export type OrderInput = z.output<typeof orderInput>
export type MoreInput = z.output<typeof moreInput>

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
      `${some.join(', ')} ${wrong.length === 1 ? 'is no domain' : 'are no domains'}.`,
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
