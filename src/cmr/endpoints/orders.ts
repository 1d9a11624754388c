import { z } from 'zod'
import { idText } from '../answers/values.ts'
import { endpoint } from '../endpoint.ts'
import {
  anything,
  autoRenew,
  billingCycle,
  exactlyOne,
  forwardTo,
  googleRoute,
  listOf,
  microsoftOauthRoute,
  newDomain,
  orderId,
  pictureAddress,
  provider,
  subscriptionId,
  userId,
  withProviderRoute,
} from './fields.ts'

const person = z.object({
  username: z.string().min(1),
  firstName: z.string().min(1),
  lastName: z.string().min(1),
})
const mailbox = person.extend({
  profilePicture: pictureAddress.optional(),
  onWarmup: z.boolean().optional(),
})
/** Mailboxes by the name of their domain. */
const mailboxesOf = <One extends z.ZodObject>(one: One) =>
  z.record(z.string(), z.array(one)).meta({ label: 'Mailboxes' })
const mailboxes = mailboxesOf(mailbox)
/** Where pictures go as files, CMR documents neither a picture's address nor a warm-up. */
const picturedMailboxes = mailboxesOf(person)
const confirm = z.boolean().meta({ label: 'Process at once' })
const files = z.record(z.string(), z.instanceof(Blob)).optional().meta({ label: 'Profile pictures' })
const ofUser = z.object({ userId })

const registration = z.object({
  domain: newDomain,
  years: z.number().int().min(1),
  forwardTo: forwardTo.optional(),
})
const registrations = <One extends z.ZodObject>(one: One) => z.array(one).min(1).meta({ label: 'Domains' })
const order = z.object({
  domains: registrations(registration),
  mailboxes,
  billingCycle,
  confirm,
  serviceProvider: provider,
  microsoftOauthRoute: microsoftOauthRoute.optional(),
  google: googleRoute.optional(),
  autoRenew: autoRenew.optional(),
})
const picturedOrder = z.object({
  domains: registrations(registration.extend({ maskForwarding: z.boolean().optional() })),
  mailboxes: picturedMailboxes,
  billingCycle,
  confirm: confirm.optional(),
  serviceProvider: provider.optional(),
  microsoftOauthRoute: microsoftOauthRoute.optional(),
  google: googleRoute.optional(),
  files,
})
const moreMailboxes = z.object({
  subscriptionId: subscriptionId.optional(),
  domainId: z.string().optional().meta({ label: 'Domain id' }),
  billingCycle,
  mailboxes,
  autoRenew: autoRenew.optional(),
  confirm,
})

const accepted = z.looseObject({ orderId: idText, unavailableDomains: listOf(z.unknown()) })
const orderEvents = ['domain.order.success', 'domain.order.failed', 'mailbox.order.failed', 'mailbox.created']

export const orders = {
  get: endpoint({
    id: 'orders.get',
    page: 'Get Order Details',
    method: 'GET',
    path: '/orders',
    query: ofUser.extend({ orderId }),
    answer: anything,
    effect: 'read',
    source: 'inferred',
  }),
  status: endpoint({
    id: 'orders.status',
    page: 'Get Order Status',
    method: 'GET',
    path: '/orders/status',
    query: ofUser.extend({ orderId }),
    answer: anything,
    effect: 'read',
  }),
  create: endpoint({
    id: 'orders.create',
    page: 'Creates order json',
    method: 'POST',
    path: '/orders/json',
    query: ofUser,
    body: withProviderRoute(order),
    answer: accepted,
    effect: 'charge',
    narrowedBy: ['domains'],
    endsWith: orderEvents,
    note: '`google` is needed for GOOGLE, `microsoftOauthRoute` for MICROSOFT; `profilePicture` is an https address; `autoRenew` is the mailboxes’ only; `confirm: false` leaves it to `orders.process`.',
  }),
  'create-with-images': endpoint({
    id: 'orders.create-with-images',
    page: 'Create Order',
    method: 'POST',
    path: '/orders',
    query: ofUser,
    body: withProviderRoute(picturedOrder),
    answer: accepted,
    effect: 'charge',
    narrowedBy: ['domains'],
    inferred: ['path'],
    encoding: 'multipart',
    endsWith: orderEvents,
    note: '`files` holds user@domain → image; GOOGLE unless `serviceProvider` says otherwise; only here `domains` takes maskForwarding.',
  }),
  mailboxes: endpoint({
    id: 'orders.mailboxes',
    page: 'Order mailboxes (json)',
    method: 'POST',
    path: '/orders/create-mailbox-order/json',
    query: ofUser,
    body: exactlyOne(moreMailboxes, 'subscriptionId', 'domainId'),
    answer: accepted,
    effect: 'charge',
    narrowedBy: ['mailboxes'],
    endsWith: ['mailbox.order.failed', 'mailbox.created'],
    note: 'Exactly one of the two: `subscriptionId` adds to an active subscription; `domainId` opens a new one where the old one was cancelled, and only then `autoRenew` counts.',
  }),
  'add-mailboxes': endpoint({
    id: 'orders.add-mailboxes',
    page: 'Add mailboxes to a subscription',
    method: 'POST',
    path: '/orders/create-mailbox-order',
    query: ofUser,
    body: z.strictObject({
      subscriptionId,
      mailboxes: picturedMailboxes,
      files,
      confirm: confirm.optional(),
      google: googleRoute.optional(),
      autoRenew: autoRenew.optional(),
    }),
    answer: accepted,
    effect: 'charge',
    narrowedBy: ['mailboxes'],
    inferred: ['path'],
    encoding: 'multipart',
    endsWith: ['mailbox.order.failed', 'mailbox.created'],
    note: 'Deprecated by CMR, and for Google only: `orders.mailboxes` comes first.',
  }),
  process: endpoint({
    id: 'orders.process',
    page: 'Process the Order',
    method: 'POST',
    path: '/orders/process',
    query: ofUser,
    body: z.object({ orderId }),
    answer: anything.nullish(),
    effect: 'charge',
    source: 'inferred',
    endsWith: orderEvents,
    note: 'For orders that were left unconfirmed.',
  }),
}
