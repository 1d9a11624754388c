import type { Cmr } from '../cmr/client.ts'
import {
  expiryBefore,
  reconcileAddedRecords,
  reconcileAutoRenew,
  reconcileChangedRecord,
  reconcileDeletedRecord,
  reconcileForwarding,
  reconcileNameservers,
  reconcileRemoval,
  reconcileRenewal,
} from '../resources/domains/reconcile.ts'
import {
  reconcileExport,
  reconcileMailboxRemoval,
  reconcileMailboxUpdate,
  reconcilePlacement,
  reconcileWarmupChange,
  reconcileWarmupEnd,
  reconcileWarmupStart,
} from '../resources/mailboxes/reconcile.ts'
import { reconcileOrder, reconcilePrewarmed, statusBefore } from '../resources/orders/reconcile.ts'
import {
  identityBefore,
  periodBefore,
  reconcileCancellation,
  reconcileRecreation,
  reconcileSubscriptionAutoRenew,
  reconcileSubscriptionRenewal,
} from '../resources/subscriptions/reconcile.ts'
import {
  reconcileChangedUser,
  reconcileConnection,
  reconcileDeletedUser,
  reconcileDisconnection,
  reconcileNewUser,
} from '../resources/users/reconcile.ts'
import type { Sent } from './expected-results.ts'
import type { Reconciler } from './reconciler.ts'

/**
 * Where to look for what a request has done, by endpoint. One that is missing leaves nothing to look at: webhooks
 * tell, or a person decides.
 */
export const reconcilers: Readonly<Record<string, Reconciler>> = {
  'users.create': reconcileNewUser,
  'users.update': reconcileChangedUser,
  'users.delete': reconcileDeletedUser,
  'domains.renew': reconcileRenewal,
  'domains.auto-renew': reconcileAutoRenew,
  'domains.forward': reconcileForwarding,
  'domains.forward-email': reconcileForwarding,
  'domains.remove': reconcileRemoval,
  'dns.add': reconcileAddedRecords,
  'dns.update': reconcileChangedRecord,
  'dns.delete': reconcileDeletedRecord,
  'dns.nameservers': reconcileNameservers,
  'orders.create': reconcileOrder,
  'orders.create-with-images': reconcileOrder,
  'orders.mailboxes': reconcileOrder,
  'orders.add-mailboxes': reconcileOrder,
  'orders.process': reconcileOrder,
  'mailboxes.update': reconcileMailboxUpdate,
  'mailboxes.remove': reconcileMailboxRemoval,
  'warmup.add': reconcileWarmupStart,
  'warmup.remove': reconcileWarmupEnd,
  'warmup.status': reconcileWarmupChange,
  'warmup.settings': reconcileWarmupChange,
  'placement.run': reconcilePlacement,
  'subscriptions.renew': reconcileSubscriptionRenewal,
  'subscriptions.auto-renew': reconcileSubscriptionAutoRenew,
  'subscriptions.cancel': reconcileCancellation,
  'subscriptions.recreate': reconcileRecreation,
  'exports.connect': reconcileConnection,
  'exports.send': reconcileExport,
  'exports.disconnect': reconcileDisconnection,
  'prewarm.order': reconcilePrewarmed,
}

/** What has to be known before the request leaves, by the names of the parts. */
const befores: Readonly<Record<string, (cmr: Cmr, sent: Sent) => Promise<Map<string, string>>>> = {
  'domains.renew': expiryBefore,
  'orders.process': statusBefore,
  'subscriptions.renew': periodBefore,
  'subscriptions.recreate': identityBefore,
}

/** What CMR shows now of what a request is about to change. Throws CmrError. */
export async function beforeOf(cmr: Cmr, endpoint: string, sent: Sent): Promise<Map<string, string>> {
  return (await befores[endpoint]?.(cmr, sent)) ?? new Map()
}
