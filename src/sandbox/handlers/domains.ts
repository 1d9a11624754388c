import { addDays } from 'date-fns/addDays'
import { isDmarcRecord, withAddedTags } from '../../cmr/dns-record.ts'
import { RENEWABLE_DAYS } from '../../cmr/endpoints/domains.ts'
import { renewDomain } from '../renewal.ts'
import {
  amount,
  charge,
  domainOf,
  newActionId,
  newId,
  type SandboxDomain,
  SandboxRefusal,
  type World,
  yearlyCents,
} from '../world.ts'
import { type Handler, strings } from './handler.ts'

const several = (world: World, body: Readonly<Record<string, unknown>>) =>
  strings(body.domains).map((name) => domainOf(world, body.userId, name))

/** Returns the named domains, each with the reason where it does not exist; without names, all of the user's. */
function namedOrAll(world: World, body: Readonly<Record<string, unknown>>): (SandboxDomain | Refused)[] {
  const mine = [...world.domains.values()].filter((one) => one.userId === body.userId)
  const names = strings(body.domains)
  if (names.length === 0) return mine
  return names.map(
    (name) =>
      mine.find((one) => one.domainName === name) ?? {
        domainName: name,
        error: `The domain ${name} does not exist.`,
      },
  )
}

/** Builds a refusal of one item inside a 200. CMR documents that it happens but not its shape, which is inferred. */
interface Refused {
  readonly domainName: string
  readonly error: string
  readonly expireOn?: string
}

const isRefused = (one: SandboxDomain | Refused): one is Refused => 'error' in one
const isTaken = (one: SandboxDomain | Refused): one is SandboxDomain => !isRefused(one)

/** "It may be renewed from 45 days before expiry, or in grace; the API enforces it, per domain." */
function renewable(world: World, one: SandboxDomain | Refused): SandboxDomain | Refused {
  if (isRefused(one)) return one
  const { domainName } = one
  if (one.status === 'EXPIRED') return { domainName, error: `${domainName} can no longer be renewed.` }
  const until = addDays(world.now(), RENEWABLE_DAYS).getTime()
  if (Date.parse(one.expiryDate) <= until) return one
  return {
    domainName,
    error: `${domainName} can be renewed from ${RENEWABLE_DAYS} days before its expiry on.`,
    expireOn: one.expiryDate,
  }
}

/** CMR tells of every change of a record with its user and its action; what the actions are called is inferred. */
function emitRecord(
  world: World,
  { domainName: domain, userId }: SandboxDomain,
  action: string,
  record: unknown,
) {
  world.emit('dns-record.updated', { domain, userId, action, record })
}

const taken = (world: World, name: string) =>
  [...world.domains.values()].some((one) => one.domainName === name)

const workspaceOn = (world: World, name: string) =>
  [...world.subscriptions.values()].some((one) => one.domain === name) ? 'conflict' : 'clean'

const accepted = (message: string) => ({ message, data: null, actionId: newActionId() })

/** To a DMARC record CMR adds tags by itself; which addresses it puts there is not documented. */
function taggedByCmr({ excludedDMARCtags, ...record }: Record<string, unknown>): Record<string, unknown> {
  if (!isDmarcRecord(record)) return record
  const value = withAddedTags(
    String(record.value),
    strings(excludedDMARCtags),
    (tag) => `mailto:${tag}@dmarc-reports.test`,
  )
  return { ...record, value }
}

export const domainHandlers: Record<string, Handler> = {
  // A wrong userId answers an empty list, as CMR does.
  'domains.list': (world, { query }) => ({
    message: 'Domains',
    data: [...world.domains.values()]
      .filter((one) => one.userId === query.userId)
      .map(({ records: _, renewedOn: __, ...row }) => row),
  }),
  'domains.get': (world, { query }) => {
    const { records: _, renewedOn: __, ...row } = domainOf(world, query.userId, query.domain)
    return { message: 'Domain details', data: row }
  },
  'domains.suggest': (world, { body }) => {
    const word = String(body.keyword)
      .toLowerCase()
      .replace(/[^a-z0-9-]/g, '')
    const endings = strings(body.tlds).length ? strings(body.tlds) : ['com', 'net', 'co', 'io']
    const names = ['', 'get', 'try', 'use', 'go'].flatMap((before) =>
      endings.map((tld) => `${before}${word}.${tld}`),
    )
    const free = names.filter((name) => !taken(world, name)).slice(0, Number(body.limit ?? 10))
    return {
      message: 'Suggestions',
      data: free.map((domain) => ({ domain, price: amount(yearlyCents(domain)) })),
    }
  },
  'domains.available': (world, { body }) => {
    const domain = String(body.domain)
    return {
      message: 'Availability',
      data: { domain, available: !taken(world, domain), price: amount(yearlyCents(domain)) },
    }
  },
  // CMR documents only the answer for no workspace; the shape of an item that timed out is inferred.
  'domains.workspace': (world, { body }) => {
    const names = body.domainName ? [String(body.domainName)] : strings(body.domains)
    const told = names.map((name) => ({
      name,
      state: world.workspaces.get(name) ?? workspaceOn(world, name),
    }))
    if (told.every(({ state }) => state === 'clean')) return { message: 'Workspace not exists', data: null }
    return {
      message: 'Workspaces checked',
      data: told.map(({ name, state }) =>
        state === 'unknown'
          ? { domainName: name, status: 'TIMEOUT', message: 'Timed out after 15 s' }
          : { domainName: name, exists: state === 'conflict' },
      ),
    }
  },
  'domains.renewal-price': (world, { body }) => {
    const years = Number(body.years ?? 1)
    const rows = namedOrAll(world, body).map((one) => renewable(world, one))
    return {
      message: 'Renewal prices',
      data: rows.map((one) =>
        isRefused(one)
          ? one
          : {
              domainName: one.domainName,
              domainId: one.domainId,
              years,
              renewalPrice: amount(yearlyCents(one.domainName) * years),
              expireOn: one.expiryDate,
              autoRenew: one.autoRenew,
            },
      ),
    }
  },
  'domains.renew': (world, { body }) => {
    const years = Number(body.years ?? 1)
    const rows = namedOrAll(world, body).map((one) => renewable(world, one))
    const all = rows.filter(isTaken)
    charge(
      world,
      all.reduce((sum, one) => sum + yearlyCents(one.domainName) * years, 0),
      `Domains renewed: ${all.length}`,
    )
    for (const one of all) {
      one.status = 'RENEWING'
      world.later(8000, () => renewDomain(world, one, years))
    }
    // An actionId names work in progress; if every item is refused there is none.
    const data = rows.map((one) =>
      isRefused(one) ? one : { domainName: one.domainName, domainId: one.domainId },
    )
    return { message: 'Domains queued for renewal', data, ...(all.length > 0 && { actionId: newActionId() }) }
  },
  'domains.auto-renew': (world, { body }) => {
    const rows = namedOrAll(world, body)
    const all = rows.filter(isTaken)
    for (const one of all) one.autoRenew = body.autoRenew === true
    return {
      message: `Auto-renew toggled ${body.autoRenew ? 'on' : 'off'} for ${all.length} domain${all.length === 1 ? '' : 's'}.`,
      data: rows.map((one) =>
        isRefused(one)
          ? one
          : { domainName: one.domainName, domainId: one.domainId, autoRenew: one.autoRenew },
      ),
    }
  },
  'domains.forward': (world, { body }) => {
    const { forwardTo, maskForwarding = false } = body
    for (const one of several(world, body)) {
      world.later(4000, () => {
        one.domainForwarding = { forwardTo, maskForwarding }
        const { domainName: domain, userId } = one
        // The name of the action is inferred.
        world.emit('dns-record.updated', { domain, userId, action: 'DOMAIN_FORWARDING' })
      })
    }
    return accepted('Forwarding queued')
  },
  'domains.forward-email': (world, { body }) => {
    const domain = domainOf(world, body.userId, body.domain)
    const mailboxes = [...world.mailboxes.values()].filter((one) => one.domain === domain.domainName)
    if (mailboxes.some((one) => one.status !== 'ACTIVE'))
      throw new SandboxRefusal(409, 'Its mailboxes are not all active yet.')
    domain.emailForwarding = body.forwardTo
    return accepted('Email forwarding queued')
  },
  'domains.client-id': (world, { body }) => {
    for (const one of several(world, body)) one.clientId = { clientId: body.clientId, appName: body.appName }
    return accepted('Client ID added')
  },
  'domains.remove': (world, { body }) => {
    const all = several(world, body)
    const used = all.find((one) =>
      [...world.mailboxes.values()].some((mailbox) => mailbox.domain === one.domainName),
    )
    if (used) throw new SandboxRefusal(409, `${used.domainName} still has mailboxes.`)
    for (const one of all) world.domains.delete(one.domainId)
    return accepted('Domains removed')
  },

  'dns.list': (world, { query }) => ({
    message: 'DNS records',
    data: { records: domainOf(world, query.userId, query.domain).records, disabledRecords: [] },
  }),
  'dns.add': (world, { query, body }) => {
    const domain = domainOf(world, query.userId, body.domain)
    const asked = body.records as Record<string, unknown>[]
    if (asked.some((one) => one.excludedDMARCtags && !isDmarcRecord(one)))
      throw new SandboxRefusal(400, 'excludedDMARCtags is only allowed on a TXT record at _dmarc.')
    const records = asked.map((record) => ({
      ttl: 3600,
      priority: '',
      ...taggedByCmr(record),
      recordId: newId(),
    }))
    domain.records.push(...records)
    for (const record of records) emitRecord(world, domain, 'ADD', record)
    return { message: 'Records added', data: { records }, actionId: newActionId() }
  },
  'dns.update': (world, { query, body }) => {
    const domain = domainOf(world, query.userId, body.domain)
    const record = domain.records.find((one) => one.recordId === body.recordId)
    if (!record) throw new SandboxRefusal(404, 'The requested record does not exist.')
    const { host, value, recordType } = body
    Object.assign(record, { host, value, recordType })
    emitRecord(world, domain, 'UPDATE', record)
    return { message: 'Record updated', data: record, actionId: newActionId() }
  },
  'dns.delete': (world, { query }) => {
    const domain = domainOf(world, query.userId, query.domain)
    const at = domain.records.findIndex((one) => one.recordId === query.recordId)
    if (at === -1) throw new SandboxRefusal(404, 'The requested record does not exist.')
    const [record] = domain.records.splice(at, 1)
    emitRecord(world, domain, 'DELETE', record)
    return accepted('Record deleted')
  },
  'dns.nameservers': (world, { query, body }) => {
    const domain = domainOf(world, query.userId, query.domain)
    const names = strings(body.nameservers)
    // Inferred: CMR does not say how many it wants.
    if (names.length < 2) throw new SandboxRefusal(400, 'Please provide at least two nameservers.')
    domain.nameservers = names
    return { message: 'Nameservers replaced', data: { nameservers: domain.nameservers } }
  },
}
