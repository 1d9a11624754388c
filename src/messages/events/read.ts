import { code, date, escapeText } from '../blocks.ts'
import { money } from '../wallet.ts'

/** An event as an alert tells it. */
export interface AlertEvent {
  readonly event: string
  readonly eventId: string
  readonly data: Readonly<Record<string, unknown>>
  readonly severity: 'good' | 'info' | 'bad' | 'urgent'
}

/** Reads fields that may be missing or of any type; everything it returns is escaped mrkdwn. */
export interface Reader {
  /** The field's text, or nothing. */
  text(...names: string[]): string | undefined
  /** "acme.com", several names, or "a domain". */
  domain: string
  /** The customer's e-mail or id, as " for …", or nothing. */
  customer: string
  day(name: string): string | undefined
  price(name: string): string | undefined
  flag(name: string): boolean | undefined
  /** An event inside the event. */
  event(name: string): AlertEvent | undefined
}

/** @param data of a webhook, as it came */
export function reader(data: Readonly<Record<string, unknown>>): Reader {
  const raw = (...names: string[]) => names.map((name) => data[name]).find(isScalar)
  const text = (...names: string[]) => {
    const found = raw(...names)
    return found === undefined ? undefined : escapeText(String(found).slice(0, 300))
  }
  const listed = Array.isArray(data.domains)
    ? data.domains.map(nameIn).filter((name) => name !== undefined)
    : []
  const who = text('userEmail', 'email')
  return {
    text,
    domain:
      (listed.length ? listed.slice(0, 40).map(escapeText).join(', ') : text('domainName', 'domain')) ??
      'a domain',
    customer: who ? ` for ${who}` : '',
    day: (name) => {
      const found = raw(name)
      return found === undefined ? undefined : date(found)
    },
    price: (name) => {
      const found = raw(name)
      const amount = Number(found)
      return found === undefined || !Number.isFinite(amount) ? undefined : money(Math.round(amount * 100))
    },
    flag: (name) => (typeof data[name] === 'boolean' ? (data[name] as boolean) : undefined),
    event(name) {
      const inner = data[name] as Partial<AlertEvent> | null | undefined
      if (typeof inner?.event !== 'string' || typeof inner.data !== 'object' || !inner.data) return undefined
      return { event: inner.event, eventId: '', severity: 'info', data: inner.data }
    },
  }
}

/** Ids that CMR's support asks for, as small print. Whose it is stands in the alert, or behind its button. */
export function idLine(data: Readonly<Record<string, unknown>>): string[] {
  const names = ['orderId', 'subscriptionId', 'actionId'] as const
  return names.flatMap((name) => {
    const value = data[name]
    return typeof value === 'string' && value ? [`${name} ${code(value.slice(0, 100))}`] : []
  })
}

function nameIn(item: unknown): string | undefined {
  if (typeof item === 'string' && item) return item.slice(0, 100)
  if (typeof item !== 'object' || item === null) return undefined
  const { domain, domainName } = item as { domain?: unknown; domainName?: unknown }
  const name = domain ?? domainName
  return typeof name === 'string' && name ? name.slice(0, 100) : undefined
}

function isScalar(value: unknown): value is string | number {
  return (typeof value === 'string' && value.trim() !== '') || typeof value === 'number'
}
