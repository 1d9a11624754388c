import { addDays } from 'date-fns/addDays'
import { subDays } from 'date-fns/subDays'
import { addMailbox, newSubscription, registerDomain } from './opening.ts'
import { newId, type World } from './world.ts'

/** A customer of whom nothing is wrong. */
export interface HealthyCustomer {
  readonly company: string
  readonly domains: readonly string[]
  /** On each domain; two unless told otherwise. */
  readonly mailboxes?: number | undefined
}

const people = ['Maya', 'Jonas', 'Sofia', 'Omar', 'Priya']

/**
 * Adds a customer whose domains have all that mail needs: every record, paid for, renewing by themselves, their
 * mailboxes warming up.
 * @returns the userId
 */
export function addHealthyCustomer(
  world: World,
  { company, domains, mailboxes = 2 }: HealthyCustomer,
): string {
  const userId = newId()
  const address = { country: 'US', state: 'Texas', city: 'Austin', postalCode: '73301', phoneCc: '1' }
  world.users.set(userId, {
    ...address,
    userId,
    company,
    email: `owner@${domains[0] ?? 'nowhere.test'}`,
    firstName: 'Dana',
    lastName: 'Frost',
    addressLineOne: '1 Market Street',
    languagePreference: 'en',
    phone: '5550100000',
    createdAt: subDays(world.now(), 60).toISOString(),
  })
  for (const name of domains) addHealthyDomain(world, { userId, name, mailboxes })
  return userId
}

function addHealthyDomain(
  world: World,
  { userId, name, mailboxes }: { userId: string; name: string; mailboxes: number },
) {
  const domain = registerDomain(world, { userId, name, years: 1, provider: 'GOOGLE' })
  domain.status = 'ACTIVE'
  domain.autoRenew = true
  domain.registeredOn = subDays(world.now(), 60).toISOString()
  domain.expiryDate = addDays(world.now(), 305).toISOString()
  domain.records.push(...mailRecords.map((record) => ({ recordId: newId(), ttl: 3600, ...record })))
  const subscription = newSubscription(world, domain, { provider: 'GOOGLE', autoRenew: true })
  subscription.periodStart = subDays(world.now(), 10).toISOString()
  subscription.periodEnd = addDays(world.now(), 20).toISOString()
  for (let at = 0; at < mailboxes; at++) {
    const firstName = people[at % people.length] ?? ''
    const username = `${firstName.toLowerCase()}${at < people.length ? '' : at}`
    addMailbox(world, subscription, { username, firstName, lastName: 'Frost', onWarmup: true }, 'ACTIVE')
  }
}

/** What mail needs beside the MX record that comes with a domain. */
const mailRecords = [
  { host: '@', recordType: 'TXT', value: 'v=spf1 include:_spf.google.com ~all' },
  { host: '_dmarc', recordType: 'TXT', value: 'v=DMARC1; p=none' },
  {
    host: 'google._domainkey',
    recordType: 'TXT',
    value: 'v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A',
  },
]
