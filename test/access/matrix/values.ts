import { type Command, idOf } from '../../../src/commands/command.ts'
import { type Field, fieldsOf } from '../../../src/commands/field.ts'

/** A customer of the sandbox, with one thing of each kind. */
export interface Customer {
  readonly user: string
  readonly domain: string
  readonly subscription: string
  readonly mailbox: string
  readonly order: string
  /** The id of an event about it. */
  readonly event: string
}

/** Others that values name. */
export interface Bystanders {
  readonly person: string
  readonly channel: string
}

/** Values of fields whose schema takes only some texts, by the field's name. */
const samples: Readonly<Record<string, string>> = {
  appBaseUrl: 'https://app.example',
  command: 'domains renew',
  country: 'US',
  countryCode: 'US',
  credentialId: 'CRED1',
  domains: 'new-one.com',
  email: 'jane@acme.org',
  file: 'F0NONE',
  forwardTo: 'https://acme.org',
  googleOauthRoute: 'Route 1',
  host: 'www',
  languagePreference: 'en',
  mailboxes: 'jane Jane Doe',
  nameservers: 'ns1.acme.org ns2.acme.org',
  phone: '5550100',
  phoneCc: '1',
  postalCode: '10001',
  recordType: 'TXT',
  state: 'New York',
  until: '1d',
  which: 'all',
  what: 'acme.org',
  value: 'v=spf1 ~all',
}

const oauth = () => ({ googleOauthRoute: 'Route 1', microsoftOauthRoute: undefined })

const ofEvent = ({ event }: Customer) => ({ eventId: event })
/** The newest operation that is about it. */
const ofOperation = ({ domain }: Customer) => ({ id: domain })

/** Values that one command takes otherwise; undefined is left out. */
const special: Readonly<Record<string, (of: Customer) => Readonly<Record<string, string | undefined>>>> = {
  'diagnose.show': ({ domain }) => ({ thing: domain }),
  'alerts.mute': ({ domain }) => ({ what: domain, until: '1d' }),
  'alerts.unmute': ({ domain }) => ({ what: domain }),
  'alerts.acknowledge': ofEvent,
  'alerts.snooze': ofEvent,
  'alerts.why': ofEvent,
  'events.show': ofEvent,
  'events.tell': ofEvent,
  'events.why': ofEvent,
  'operations.check': ofOperation,
  'operations.look': ofOperation,
  'operations.settle': ofOperation,
  'dns.set-up': ({ domain }) => ({ domains: domain }),
  'domains.forward-email': () => ({ forwardTo: 'jane@acme.org' }),
  'domains.workspace': () => ({ domains: 'new-one.com' }),
  'mailboxes.reexport': oauth,
  'mailboxes.validate': () => ({ mailboxes: 'jane@acme.org' }),
  'orders.create': oauth,
  'orders.create-with-images': oauth,
  'prewarm.order': oauth,
  'prewarm.sandbox-order': oauth,
  'subscriptions.cancel': () => ({ domain: undefined }),
  'subscriptions.recreate': () => ({ domainNames: undefined }),
  'exports.send': () => ({ domain: undefined }),
  'renewals.renew': ({ domain }) => ({ items: domain }),
  'renewals.auto-renew': ({ domain }) => ({ items: domain }),
}

/**
 * Returns values that a command's schema takes, as somebody types them: what it must have, and each thing that it can
 * name, of this customer.
 */
export function valuesFor(command: Command, of: Customer, others: Bystanders): Record<string, string> {
  const named = fieldsOf(command.input).filter(
    ({ always, required, picker, hidden }) => always || required || (picker !== undefined && !hidden),
  )
  const values = {
    ...Object.fromEntries(named.map((field) => [field.name, sampleFor(field, of, others)])),
    ...special[idOf(command)]?.(of),
  }
  const given = Object.entries(values).filter(([, value]) => value !== undefined)
  return Object.fromEntries(given) as Record<string, string>
}

function sampleFor(field: Field, of: Customer, { person, channel }: Bystanders): string {
  const { picker, kind, name, choices, example } = field
  if (picker === 'country' || picker === 'state') return samples[picker] ?? ''
  if (picker) return of[picker]
  if (kind === 'person') return person
  if (kind === 'channel') return channel
  if (kind === 'boolean') return 'true'
  if (kind === 'choice') return samples[name] ?? choices[0] ?? ''
  return samples[name] ?? example ?? (kind === 'number' ? '1' : 'x')
}
