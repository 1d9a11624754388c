import { addDays } from 'date-fns/addDays'
import { RENEWABLE_DAYS } from '../../cmr/endpoints/domains.ts'
import { renewDomain } from '../renewal.ts'
import { amount, charge, domainOf, newActionId, newId, Refusal, type World, yearlyCents } from '../world.ts'
import { type Handler, strings } from './handler.ts'

const several = (world: World, body: Readonly<Record<string, unknown>>) =>
  strings(body.domains).map((name) => domainOf(world, body.userId, name))

const taken = (world: World, name: string) =>
  [...world.domains.values()].some((one) => one.domainName === name)

const workspaceOn = (world: World, name: string) =>
  [...world.subscriptions.values()].some((one) => one.domain === name) ? 'conflict' : 'clean'

const accepted = (message: string) => ({ message, data: null, actionId: newActionId() })

export const domainHandlers: Record<string, Handler> = {
  // A wrong userId answers an empty list, as CMR does.
  'domains.list': (world, { query }) => ({
    message: 'Domains',
    data: [...world.domains.values()]
      .filter((one) => one.userId === query.userId)
      .map(({ records: _, ...row }) => row),
  }),
  'domains.get': (world, { query }) => {
    const { records: _, ...row } = domainOf(world, query.userId, query.domain)
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
  // CMR documents only the answer for none; what one item that timed out looks like is a guess.
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
  'domains.renewal-price': (world, { body }) => ({
    message: 'Renewal prices',
    data: several(world, body).map(({ domainName, domainId, expiryDate, autoRenew }) => ({
      domainName,
      domainId,
      years: 1,
      renewalPrice: amount(yearlyCents(domainName)),
      expireOn: expiryDate,
      autoRenew,
    })),
  }),
  'domains.renew': (world, { body }) => {
    const years = Number(body.years ?? 1)
    const all = several(world, body)
    const gone = all.find((one) => one.status === 'EXPIRED')
    if (gone) throw new Refusal(409, `${gone.domainName} can no longer be renewed.`)
    const until = addDays(world.now(), RENEWABLE_DAYS).getTime()
    const early = all.find((one) => Date.parse(one.expiryDate) > until)
    if (early)
      throw new Refusal(
        400,
        `${early.domainName} can be renewed from ${RENEWABLE_DAYS} days before its expiry on.`,
      )
    charge(
      world,
      all.reduce((sum, one) => sum + yearlyCents(one.domainName) * years, 0),
      `Domains renewed: ${all.length}`,
    )
    for (const one of all) {
      one.status = 'RENEWING'
      world.later(8000, () => renewDomain(world, one, years))
    }
    return accepted('Domains queued for renewal')
  },
  'domains.auto-renew': (world, { body }) => {
    const all = several(world, body)
    for (const one of all) one.autoRenew = body.autoRenew === true
    return {
      message: `Auto-renew toggled ${body.autoRenew ? 'on' : 'off'} for ${all.length} domain${all.length === 1 ? '' : 's'}.`,
      data: all.map(({ domainName, domainId, autoRenew }) => ({ domainName, domainId, autoRenew })),
    }
  },
  'domains.forward': (world, { body }) => {
    const { forwardTo, maskForwarding = false } = body
    for (const one of several(world, body)) one.domainForwarding = { forwardTo, maskForwarding }
    return accepted('Forwarding queued')
  },
  'domains.forward-email': (world, { body }) => {
    const domain = domainOf(world, body.userId, body.domain)
    const mailboxes = [...world.mailboxes.values()].filter((one) => one.domain === domain.domainName)
    if (mailboxes.some((one) => one.status !== 'ACTIVE'))
      throw new Refusal(409, 'Its mailboxes are not all active yet.')
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
    if (used) throw new Refusal(409, `${used.domainName} still has mailboxes.`)
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
    const odd = asked.find(
      (one) => one.excludedDMARCtags && (one.recordType !== 'TXT' || one.host !== '_dmarc'),
    )
    if (odd) throw new Refusal(400, 'excludedDMARCtags is only allowed on a TXT record at _dmarc.')
    const records = asked.map((record) => ({ ttl: 3600, ...record, recordId: newId() }))
    domain.records.push(...records)
    for (const record of records) world.emit('dns-record.updated', { domain: domain.domainName, record })
    return { message: 'Records added', data: { records }, actionId: newActionId() }
  },
  'dns.update': (world, { query, body }) => {
    const domain = domainOf(world, query.userId, body.domain)
    const record = domain.records.find((one) => one.recordId === body.recordId)
    if (!record) throw new Refusal(404, 'The requested record does not exist.')
    const { host, value, recordType } = body
    Object.assign(record, { host, value, recordType })
    world.emit('dns-record.updated', { domain: domain.domainName, record })
    return { message: 'Record updated', data: record, actionId: newActionId() }
  },
  'dns.delete': (world, { query }) => {
    const domain = domainOf(world, query.userId, query.domain)
    const at = domain.records.findIndex((one) => one.recordId === query.recordId)
    if (at === -1) throw new Refusal(404, 'The requested record does not exist.')
    const [record] = domain.records.splice(at, 1)
    world.emit('dns-record.updated', { domain: domain.domainName, record })
    return accepted('Record deleted')
  },
  'dns.nameservers': (world, { query, body }) => {
    const domain = domainOf(world, query.userId, query.domain)
    const names = strings(body.nameservers)
    // Inferred: CMR does not say how many it wants.
    if (names.length < 2) throw new Refusal(400, 'Please provide at least two nameservers.')
    domain.nameservers = names
    return { message: 'Nameservers replaced', data: { nameservers: domain.nameservers } }
  },
}
