import type { Cmr } from '../cmr/client.ts'
import {
  expiryBefore,
  lookAtAddedRecords,
  lookAtAutoRenew,
  lookAtChangedRecord,
  lookAtDeletedRecord,
  lookAtForwarding,
  lookAtNameservers,
  lookAtRemoval,
  lookAtRenewal,
} from '../resources/domains/reconcile.ts'
import type { Look } from './reconciler.ts'
import {
  lookAtExport,
  lookAtMailboxRemoval,
  lookAtMailboxUpdate,
  lookAtPlacement,
  lookAtWarmupChange,
  lookAtWarmupEnd,
  lookAtWarmupStart,
} from '../resources/mailboxes/reconcile.ts'
import { lookAtOrder, lookAtPrewarmed, statusBefore } from '../resources/orders/reconcile.ts'
import {
  identityBefore,
  lookAtCancellation,
  lookAtRecreation,
  lookAtSubscriptionAutoRenew,
  lookAtSubscriptionRenewal,
  periodBefore,
} from '../resources/subscriptions/reconcile.ts'
import {
  lookAtChangedUser,
  lookAtConnection,
  lookAtDeletedUser,
  lookAtDisconnection,
  lookAtNewUser,
} from '../resources/users/reconcile.ts'
import type { Sent } from './expected-results.ts'

/**
 * Where to look for what a request has done, by endpoint. One that is missing leaves nothing to look at: webhooks
 * tell, or a person decides.
 */
export const looks: Readonly<Record<string, Look>> = {
  'users.create': lookAtNewUser,
  'users.update': lookAtChangedUser,
  'users.delete': lookAtDeletedUser,
  'domains.renew': lookAtRenewal,
  'domains.auto-renew': lookAtAutoRenew,
  'domains.forward': lookAtForwarding,
  'domains.forward-email': lookAtForwarding,
  'domains.remove': lookAtRemoval,
  'dns.add': lookAtAddedRecords,
  'dns.update': lookAtChangedRecord,
  'dns.delete': lookAtDeletedRecord,
  'dns.nameservers': lookAtNameservers,
  'orders.create': lookAtOrder,
  'orders.create-with-images': lookAtOrder,
  'orders.mailboxes': lookAtOrder,
  'orders.add-mailboxes': lookAtOrder,
  'orders.process': lookAtOrder,
  'mailboxes.update': lookAtMailboxUpdate,
  'mailboxes.remove': lookAtMailboxRemoval,
  'warmup.add': lookAtWarmupStart,
  'warmup.remove': lookAtWarmupEnd,
  'warmup.status': lookAtWarmupChange,
  'warmup.settings': lookAtWarmupChange,
  'placement.run': lookAtPlacement,
  'subscriptions.renew': lookAtSubscriptionRenewal,
  'subscriptions.auto-renew': lookAtSubscriptionAutoRenew,
  'subscriptions.cancel': lookAtCancellation,
  'subscriptions.recreate': lookAtRecreation,
  'exports.connect': lookAtConnection,
  'exports.send': lookAtExport,
  'exports.disconnect': lookAtDisconnection,
  'prewarm.order': lookAtPrewarmed,
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
