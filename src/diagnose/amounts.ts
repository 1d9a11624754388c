import { toCents } from '../cmr/money.ts'
import { emptySeatsOf } from '../directory/store/holdings.ts'
import {
  ageAt,
  type DomainAge,
  priceStepAt,
  type RenewalAmount,
  subscriptionAmount,
} from '../resources/renewal-amount.ts'
import { type DomainFacts, known, subscriptionIn, warmingIn } from './facts.ts'

const unknownAmount: RenewalAmount = { cents: undefined, atMostCents: undefined, isEstimate: false }

/** Returns what the next renewal of the subscription costs, as everywhere in the bot. */
export function renewalAmount(facts: DomainFacts): RenewalAmount {
  const subscription = subscriptionIn(facts)
  const activeWarmups = warmingIn(facts)
  if (!subscription || activeWarmups === undefined) return unknownAmount
  const priceCents = toCents(subscription.pricePerMailbox)
  const quantity = subscription.totalMailboxQuantity
  const end = Date.parse(subscription.periodEnd ?? '')
  const at = Math.max(facts.now.getTime(), Number.isNaN(end) ? 0 : end)
  const age = ageAt(ageOf(facts), known(facts.domain)?.autoRenew, at)
  const step = priceStepAt(priceCents, age, facts.prices, at)
  const mailboxes = (known(facts.mailboxes) ?? []).filter(
    ({ subscriptionId }) => subscriptionId === subscription.subscriptionId,
  )
  const emptySeats = emptySeatsOf(quantity, mailboxes.length)
  return subscriptionAmount({ priceCents, quantity, emptySeats, activeWarmups }, facts.prices, step)
}

function ageOf({ domain }: DomainFacts): DomainAge {
  const { registeredOn, expiryDate, status } = known(domain) ?? {}
  const time = (text: string | undefined) => {
    const parsed = Date.parse(text ?? '')
    return Number.isNaN(parsed) ? undefined : parsed
  }
  return { registered: time(registeredOn), expiry: time(expiryDate), wasRenewed: status === 'RENEWING' }
}
