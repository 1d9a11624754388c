import type { Domain } from '../cmr/answers/domains.ts'
import { millisecondsInDay } from '../process/dates.ts'
import type { DnsRecord } from '../resources/dns/records.ts'
import type { Asking, DiagnosisContext } from './asking.ts'
import { type DomainPlace, type Fact, known, type NameserverFacts } from './facts.ts'

/** So many other domains must agree before theirs count as the usual nameservers. */
const AGREEING = 2
/** Domains of other customers that are looked up where this one has too few. */
const LOOKED_UP = 3

/**
 * Returns a domain's nameservers, and those that other domains at CMR have. CMR does not document the names of its
 * own, so others tell them: records that CMR holds count for nobody where other nameservers answer.
 */
export async function nameserversOf(
  context: DiagnosisContext,
  asking: Asking,
  { domain: name }: DomainPlace,
  told: {
    readonly domain: Fact<Domain | undefined>
    readonly records: Fact<readonly DnsRecord[]>
    readonly siblings: Fact<readonly Domain[]>
  },
): Promise<Fact<NameserverFacts>> {
  if (!('value' in told.domain)) return told.domain
  const own = hostsIn(told.domain.value) ?? hostsOfZone(known(told.records) ?? [])
  if (own.length === 0) return { value: { own, usual: undefined } }
  const others = (known(told.siblings) ?? []).filter(
    (one) => one.status === 'ACTIVE' && one.domainName?.toLowerCase() !== name,
  )
  const usual = agreed(others) ?? (await usualElsewhere(context, asking, name, others))
  return { value: { own, usual } }
}

/** What the domains of other customers have: it is the same for all of CMR's, and asking costs some requests. */
const remembered = new WeakMap<
  DiagnosisContext['store'],
  { readonly at: Date; readonly hosts: readonly string[] }
>()
const REMEMBERED_MS = millisecondsInDay

async function usualElsewhere(
  context: DiagnosisContext,
  asking: Asking,
  name: string,
  siblings: readonly Domain[],
): Promise<readonly string[] | undefined> {
  const { store, clock } = context
  const before = remembered.get(store)
  if (before && clock().getTime() - before.at.getTime() < REMEMBERED_MS) return before.hosts
  const hosts = agreed([...siblings, ...(await othersOf(context, asking, name))])
  if (hosts) remembered.set(store, { at: clock(), hosts })
  return hosts
}

/** Some domains of any customers, as CMR tells them now: those that subscriptions are on. */
async function othersOf({ cmr }: DiagnosisContext, { fact, signal }: Asking, name: string) {
  const paid = await fact(
    cmr.subscriptions.list({ query: { status: 'ACTIVE', limit: 2 * LOOKED_UP } }, { signal }),
  )
  const places = (known(paid)?.data.rows ?? []).flatMap(({ domain, userId }) =>
    domain && userId && domain.toLowerCase() !== name ? [{ domain: domain.toLowerCase(), userId }] : [],
  )
  const each = new Map(places.map((place) => [place.domain, place]))
  const told = await Promise.all(
    [...each.values()].slice(0, LOOKED_UP).map((query) => fact(cmr.domains.get({ query }, { signal }))),
  )
  return told.map((one) => known(one)?.data).filter((one) => one !== undefined)
}

function hostsIn(domain: Domain | undefined): readonly string[] | undefined {
  const told = domain?.nameservers
  return Array.isArray(told) ? told.filter((one) => typeof one === 'string').map(hostname) : undefined
}

function hostsOfZone(records: readonly DnsRecord[]): readonly string[] {
  const own = records.filter(({ recordType, host }) => recordType === 'NS' && (host || '@') === '@')
  return own.map(({ value }) => hostname(value))
}

const hostname = (told: unknown) => String(told).toLowerCase().replace(/\.$/, '')

/** The nameservers that most of these domains have. */
function agreed(domains: readonly Domain[]): readonly string[] | undefined {
  const lists = domains.flatMap((one) => [hostsIn(one) ?? []]).filter((hosts) => hosts.length > 0)
  const [most] = [...Map.groupBy(lists, keyOf).values()].sort((a, b) => b.length - a.length)
  return most && most.length >= AGREEING && most.length > lists.length / 2 ? most[0] : undefined
}

const keyOf = (hosts: readonly string[]) => [...hosts].sort().join(' ')

/** Returns whether a domain answers by other nameservers than its like. */
export function areForeign({ own, usual }: NameserverFacts): boolean {
  return usual !== undefined && own.length > 0 && keyOf(own) !== keyOf(usual)
}
