import { subDays } from 'date-fns/subDays'
import { addMailbox, registerDomain } from './opening.ts'
import {
  book,
  MAILBOX_AFTER_YEAR_CENTS,
  MAILBOX_CENTS,
  newId,
  type SandboxSubscription,
  type World,
} from './world.ts'

const companies =
  'Harbor Lane Studio,Northwind Recruiting,Bright Fern Media,Kestrel Analytics,Oak & Ember,Tidewater Legal,Lumen Dental Group,Copper Ridge Realty,Sable Logistics,Quill and Co,Verdant Labs,Atlas Freight,Juniper HR,Redwood Capital,Pixel Orchard,Summit Payroll,Bluebird Travel,Ironclad Insurance,Maple Street Tutors,Nova Robotics,Cedar Point Homes,Silverline Events,Willow Health,Granite Peak Solar,Coral Bay Resorts,Foxglove Design,Meridian Consulting,Hearth Bakery Supply,Vector Security,Aspen Learning,Lighthouse CRM,Marigold Apparel,Basalt Engineering,Tern Software,Pinecone Growth,Larkspur Law,Orchid Biotech,Falcon Outreach,Cobalt Partners,Stonebridge SaaS'
const people =
  'Maya Reyes,Jonas Weber,Priya Nair,Tom Ellison,Ines Duarte,Caleb Stone,Sofia Lind,Omar Haddad,Grace Park,Liam Doyle,Nadia Petrov,Ethan Brooks,Yuki Tanaka,Carla Mendes,Ivan Novak,Ruth Adler,Felix Braun,Amara Obi,Henry Walsh,Leila Amin'
const towns = [
  ['US', 'New York', 'New York', '10001', '1'],
  ['US', 'Texas', 'Austin', '73301', '1'],
  ['US', 'California', 'San Diego', '92101', '1'],
  ['CA', 'Ontario', 'Toronto', 'M5H 2N2', '1'],
  ['DE', 'Berlin', 'Berlin', '10115', '49'],
  ['AU', 'New South Wales', 'Sydney', '2000', '61'],
] as const

/** A believable partner: forty customers, their domains, subscriptions and mailboxes at every stage of life. */
export function seed(world: World): void {
  const names = people.split(',')
  for (const [at, company] of companies.split(',').entries()) {
    const [firstName = '', lastName = ''] = (names[at % names.length] ?? '').split(' ')
    const [country, state, city, postalCode, phoneCc] = towns[at % towns.length] ?? towns[0]
    const slug = company.toLowerCase().replace(/[^a-z]+/g, '')
    const userId = newId()
    world.users.set(userId, {
      userId,
      email: `${firstName}.${lastName}@${slug}.test`.toLowerCase(),
      company,
      firstName,
      lastName,
      country,
      state,
      city,
      postalCode,
      phoneCc,
      addressLineOne: `${100 + at * 7} Market Street`,
      languagePreference: 'en',
      phone: `55501${String(at).padStart(4, '0')}`,
      createdAt: subDays(world.now(), 20 + at * 11).toISOString(),
    })
    for (const before of ['get', 'try'].slice(0, at % 3)) addDomain(world, userId, `${before}${slug}.com`, at)
  }
  for (let at = 0; at < 60; at++) {
    const domain = `warm${slugs[at % slugs.length]}${at}.com`
    const mailboxes = names.slice(at % 15, (at % 15) + 3).map((name) => {
      const [firstName = '', lastName = ''] = name.split(' ')
      return {
        email: `${firstName}@${domain}`.toLowerCase(),
        firstName,
        lastName,
        createdAt: subDays(world.now(), 60).toISOString(),
      }
    })
    world.inventory.set(domain, { domain, serviceProvider: at % 3 ? 'GOOGLE' : 'MICROSOFT', mailboxes })
  }
  book(world, 200_000, 'Funds added', subDays(world.now(), 3))
  book(world, -15_750, 'Mailboxes renewed', subDays(world.now(), 2))
}

const slugs = ['outreach', 'pipeline', 'hello', 'reply']

function addDomain(world: World, userId: string, name: string, at: number) {
  const domain = registerDomain(world, { userId, name, years: 1, provider: at % 4 ? 'GOOGLE' : 'MICROSOFT' })
  domain.status = 'ACTIVE'
  domain.autoRenew = at % 2 === 0
  const bought = subDays(world.now(), 30 + ((at * 23) % 330))
  // Some are in their second year: they were renewed a year ago, and their mailboxes cost more since.
  const isOld = at % 10 === 4
  domain.registeredOn = (isOld ? subDays(bought, 365) : bought).toISOString()
  if (isOld) domain.renewedOn = bought.toISOString()
  domain.expiryDate = new Date(bought.getTime() + 365 * 86_400_000).toISOString()
  domain.records.push(...mailRecords(at))
  const age = (at * 3) % 29
  const subscription: SandboxSubscription = {
    subscriptionId: newId(),
    userId,
    domainId: domain.domainId,
    domain: name,
    subscriptionStatus: 'ACTIVE',
    billingCycle: 'MONTHLY',
    priceCents: isOld ? MAILBOX_AFTER_YEAR_CENTS : MAILBOX_CENTS,
    since: domain.registeredOn,
    periodStart: subDays(world.now(), age).toISOString(),
    periodEnd: subDays(world.now(), age - 30).toISOString(),
    autoRenew: at % 5 !== 0,
    serviceProvider: domain.serviceProvider,
  }
  world.subscriptions.set(subscription.subscriptionId, subscription)
  for (const username of ['maya', 'jonas', 'sofia'].slice(0, 1 + (at % 3))) {
    const lastName = 'Reyes'
    const firstName = username.charAt(0).toUpperCase() + username.slice(1)
    addMailbox(world, subscription, { username, firstName, lastName, onWarmup: at % 2 === 0 }, 'ACTIVE')
  }
}

/** DNS records from "MX only" to everything that mail needs, so that checks find something. */
function mailRecords(at: number): Record<string, unknown>[] {
  const all = [
    { host: '@', recordType: 'TXT', value: 'v=spf1 include:_spf.google.com ~all' },
    { host: '_dmarc', recordType: 'TXT', value: 'v=DMARC1; p=none' },
    {
      host: 'google._domainkey',
      recordType: 'TXT',
      value: 'v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A',
    },
  ]
  return all.slice(0, at % 4).map((record) => ({ recordId: newId(), ttl: 3600, ...record }))
}
