import { endOfGrace } from '../../cmr/billing.ts'
import { RENEWABLE_DAYS } from '../../cmr/endpoints/domains.ts'
import { money } from '../../cmr/money.ts'
import { quoted } from '../../commands/grammar.ts'
import { millisecondsInDay } from '../../process/dates.ts'
import { code, date, escapeText, moment } from '../../slack/blocks.ts'
import { type DomainFacts, known, placeOf } from '../facts.ts'
import { areForeign } from '../nameservers.ts'
import {
  addFunds,
  domainAutoRenewOn,
  domainLost,
  orderDomain,
  orderOpen,
  type ProblemCheck,
  renewDomain,
  reportToCmr,
} from '../problem.ts'

/** Statuses of a domain that has come to its end, or is on its way there: others are CMR's, and well. */
const fine = new Set(['ACTIVE', 'RENEWING', 'PENDING', 'GRACE_PERIOD', 'EXPIRED', 'TRANSFERRED'])
/** Words of CMR's for a customer that may do nothing any more (inferred: its pages name no status of a customer). */
const shutOut = /cancel|suspend|inactive|disabled|blocked|deleted/i

const statusOf = ({ domain }: DomainFacts) => known(domain)?.status

export const customerGone: ProblemCheck = {
  id: 'customer-gone',
  link: 'Customer',
  level: 'stops',
  find(facts) {
    const { customer, of } = facts
    if (!('value' in customer)) return undefined
    const status = customer.value?.status ?? ''
    if (customer.value && !shutOut.test(status)) return undefined
    const report = reportToCmr(facts, `The customer of ${of.domain} is gone`)
    if (customer.value)
      return {
        short: escapeText(status),
        sentence: `CMR calls its customer *${escapeText(customer.value.name)}* ${escapeText(status)}.`,
        todo: 'Only CMR’s support can change that.',
        buttons: [report],
      }
    return {
      short: 'gone',
      sentence: `CMR no longer knows its customer (${code(of.userId)}): it was deleted, with everything that belonged to it.`,
      todo: 'Nothing here brings it back. If nobody meant to, write to CMR’s support.',
      buttons: [report],
    }
  },
}

export const domainUnknown: ProblemCheck = {
  id: 'domain-unknown',
  link: 'Domain',
  level: 'stops',
  follows: ['customer-gone', ...orderOpen],
  find(facts) {
    if (!('value' in facts.domain) || facts.domain.value) return undefined
    const customer = known(facts.customer)?.name
    return {
      short: 'not at CMR',
      sentence: `CMR does not have this domain${customer ? ` of ${escapeText(customer)}` : ''}: it was never registered, or was removed.`,
      buttons: [orderDomain(facts)],
    }
  },
}

const GONE = ['customer-gone', 'domain-unknown']

export const domainLapsed: ProblemCheck = {
  id: 'domain-lapsed',
  link: 'Domain',
  level: 'stops',
  follows: GONE,
  find(facts) {
    if (statusOf(facts) !== 'EXPIRED') return undefined
    const { expiryDate } = known(facts.domain) ?? {}
    return {
      short: 'gone',
      sentence: `The domain has expired${expiryDate ? ` (${date(expiryDate)})` : ''} and its grace period is over: all mail on it stops, and CMR can no longer renew it.`,
      todo: 'Only the registrar can bring it back: write to CMR’s support at once.',
      buttons: [reportToCmr(facts, `${facts.of.domain} has expired. Can the registrar still bring it back?`)],
    }
  },
}

export const domainTransferred: ProblemCheck = {
  id: 'domain-transferred',
  link: 'Domain',
  level: 'stops',
  follows: GONE,
  find(facts) {
    if (statusOf(facts) !== 'TRANSFERRED') return undefined
    return {
      short: 'transferred away',
      sentence: 'The domain was transferred to another registrar: what CMR has about it no longer counts.',
      todo: 'If nobody meant to, write to CMR’s support at once.',
      buttons: [reportToCmr(facts, `${facts.of.domain} is TRANSFERRED. Who asked for it?`)],
    }
  },
}

export const domainInactive: ProblemCheck = {
  id: 'domain-inactive',
  link: 'Domain',
  level: 'stops',
  follows: GONE,
  find(facts) {
    const status = statusOf(facts)
    if (status === undefined || fine.has(status)) return undefined
    return {
      short: escapeText(status),
      sentence: `CMR reports the domain as ${escapeText(status)}: its mail does not work.`,
      todo: 'Only CMR’s support can say why.',
      buttons: [reportToCmr(facts, `${facts.of.domain} is ${status}. Why?`)],
    }
  },
}

export const domainInGrace: ProblemCheck = {
  id: 'domain-in-grace',
  link: 'Domain',
  level: 'stops',
  follows: GONE,
  find(facts) {
    if (statusOf(facts) !== 'GRACE_PERIOD') return undefined
    const { expiryDate = '' } = known(facts.domain) ?? {}
    const expiry = Date.parse(expiryDate)
    const until = Number.isNaN(expiry) ? '7 days after that' : moment(new Date(endOfGrace(expiry)))
    const [cents, balance] = [known(facts.domainRenewal), known(facts.balance)]
    const missing = cents !== undefined && balance !== undefined ? cents - balance : 0
    const short =
      missing > 0
        ? facts.isWalletPrivate
          ? 'The wallet does not cover it: add funds, then renew it.'
          : `The wallet holds ${money(balance ?? 0)}: add ${money(missing)}, then renew it.`
        : ''
    return {
      short: 'in its grace period',
      sentence: `The domain expired (${date(expiryDate)}) and is lost for good ${Number.isNaN(expiry) ? until : `at ${until}`}. Until it is renewed its mail stops, and no subscription on it renews.`,
      todo:
        short || `Renew it now${cents === undefined ? '' : ` for ${money(cents)}`}, then its subscription.`,
      buttons: missing > 0 ? [addFunds, renewDomain(facts)] : [renewDomain(facts)],
    }
  },
}

export const domainPending: ProblemCheck = {
  id: 'domain-pending',
  link: 'Domain',
  level: 'waits',
  follows: ['order-stuck'],
  find(facts) {
    if (statusOf(facts) !== 'PENDING') return undefined
    return {
      short: 'being registered',
      sentence: 'The domain is still being registered; a minute or two is usual.',
      buttons: [],
    }
  },
}

export const nameserversForeign: ProblemCheck = {
  id: 'nameservers-foreign',
  link: 'DNS',
  level: 'stops',
  follows: domainLost,
  find(facts) {
    const told = known(facts.nameservers)
    if (!told || !areForeign(told)) return undefined
    const { own, usual = [] } = told
    const list = (hosts: readonly string[]) => hosts.map(code).join(', ')
    return {
      short: 'nameservers elsewhere',
      sentence: `It uses the nameservers ${list(own)}, while other domains at CMR have ${list(usual)}, so nobody uses the DNS records that CMR has.`,
      todo: 'Put the usual nameservers back, unless somebody keeps its DNS elsewhere on purpose. It takes up to 48 hours to spread.',
      buttons: [
        {
          text: 'Put nameservers back',
          actionId: 'dns.nameservers',
          value: `${placeOf(facts)} nameservers=${quoted(usual.join(' '))}`,
        },
      ],
    }
  },
}

/** When an active domain ends because its auto-renew is off, as far as CMR tells the date. */
function endWithoutAutoRenew({ domain, now }: DomainFacts) {
  const { status, autoRenew, expiryDate = '' } = known(domain) ?? {}
  if (status !== 'ACTIVE' || autoRenew !== false) return undefined
  return { expiryDate, isNear: Date.parse(expiryDate) - now.getTime() <= RENEWABLE_DAYS * millisecondsInDay }
}

export const domainEndsSoon: ProblemCheck = {
  id: 'domain-ends-soon',
  link: 'Domain',
  level: 'soon',
  find(facts) {
    const ending = endWithoutAutoRenew(facts)
    if (!ending?.isNear) return undefined
    const { expiryDate } = ending
    const cents = known(facts.domainRenewal)
    return {
      short: `ends ${date(expiryDate)}`,
      sentence: `The domain expires ${date(expiryDate)} and its auto-renew is off: all mail on it stops then.`,
      todo: `Turn auto-renew on, or renew it now${cents === undefined ? '' : ` for ${money(cents)}`}.`,
      buttons: [domainAutoRenewOn(facts), renewDomain(facts)],
    }
  },
}

/** Its end is far, but nobody is told of it again before it is near. */
export const domainAutoRenewOff: ProblemCheck = {
  id: 'domain-auto-renew-off',
  link: 'Domain',
  level: 'advice',
  find(facts) {
    const ending = endWithoutAutoRenew(facts)
    if (!ending || ending.isNear) return undefined
    const { expiryDate } = ending
    const end = expiryDate ? date(expiryDate) : 'with its period'
    return {
      short: `auto-renew is off, ends ${end}`,
      sentence: `The auto-renew of the domain is off: it ends ${end} unless somebody renews it.`,
      todo: 'Turn auto-renew on, unless that is meant.',
      buttons: [domainAutoRenewOn(facts)],
    }
  },
}
