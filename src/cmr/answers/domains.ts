import { z } from 'zod'
import { amount, flag, row, text, time } from './values.ts'

/** A domain of a customer. */
export const domain = row(
  {
    domainId: text,
    domainName: text,
    userId: text,
    status: text,
    serviceProvider: text,
    autoRenew: flag,
    registeredOn: time,
    expiryDate: time,
    purchaseType: text,
  },
  {
    domainName: ['domain'],
    registeredOn: ['registrationDate', 'creationTime'],
    expiryDate: ['expireOn'],
  },
)

/** A domain as CMR answers it; any field may be missing. */
export type Domain = Readonly<z.output<typeof domain>>

/** What the renewal of a domain costs ("Get domain renewal pricing"). */
export const renewalPrice = row(
  { domainName: text, renewalPrice: amount, expireOn: time, autoRenew: flag },
  { domainName: ['domain'] },
)

export type RenewalPrice = Readonly<z.output<typeof renewalPrice>>

/** A domain that is free ("Suggest Available Domains"). */
export const suggestedDomain = row({ domain: z.string(), price: amount })

/** The availability of a domain ("Get Single Available Domain"). */
export const availableDomain = row({ domain: text, available: flag, price: amount })

export type SuggestedDomain = Readonly<z.output<typeof suggestedDomain>>
export type AvailableDomain = Readonly<z.output<typeof availableDomain>>
