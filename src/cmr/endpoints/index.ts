import type { Endpoint } from '../endpoint.ts'
import { errors, placement, wallet } from './account.ts'
import { dns } from './dns.ts'
import { domains } from './domains.ts'
import { exports } from './exports.ts'
import { geo } from './geo.ts'
import { mailboxes, warmup } from './mailboxes.ts'
import { orders } from './orders.ts'
import { prewarm } from './prewarm.ts'
import { subscriptions } from './subscriptions.ts'
import { users } from './users.ts'

/** Every endpoint that CMR offers, by section and verb: `sections.users.create`. */
export const sections = {
  users,
  geo,
  domains,
  dns,
  orders,
  mailboxes,
  warmup,
  placement,
  subscriptions,
  exports,
  prewarm,
  wallet,
  errors,
} as const

/** The same as one list, in the order of the documentation. */
export const allEndpoints: readonly Endpoint[] = Object.values(sections).flatMap(
  (section) => Object.values(section) as Endpoint[],
)
