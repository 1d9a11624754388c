import type { Effect } from '../../../src/cmr/endpoint.ts'
import { type Command, idOf } from '../../../src/commands/command.ts'

/** Each may do what those before it may. */
export const roles = ['none', 'viewer', 'operator', 'finance', 'admin'] as const
export type Role = (typeof roles)[number]

/**
 * The declared policy, written down here a second time: a change of it in `src` fails until somebody has changed it here
 * too. Each effect needs this role…
 */
const byEffect: Readonly<Record<Effect, Role>> = {
  read: 'viewer',
  write: 'operator',
  charge: 'finance',
  destroy: 'admin',
}

/** …and these commands need more, whatever they are told to do. */
const more: Readonly<Record<string, Role>> = {
  // What a file does is more than to be read.
  'users.import': 'operator',
  'dns.import': 'operator',
  'mailboxes.import': 'operator',
  'orders.import': 'finance',
  'imports.stop': 'operator',
  'imports.resume': 'operator',
  // A login, and what others did.
  'mailboxes.admin': 'admin',
  'audit.list': 'admin',
  // Mail goes elsewhere.
  'dns.set-up': 'admin',
  'domains.forward-email': 'admin',
  // In the channel of the matrix a route posts, and a digest, that Ana has set up.
  'unsubscribe.show': 'admin',
  'digest.set': 'admin',
  'digest.stop': 'admin',
  // Who may do what.
  'access.grant': 'admin',
  'access.revoke': 'admin',
  'access.limit': 'admin',
  'access.budget': 'admin',
  'approvals.set': 'admin',
  'unfreeze.show': 'admin',
}

/** Returns the least role that may run a command with the values of the matrix. */
function neededFor(command: Command): Role {
  return more[idOf(command)] ?? byEffect[command.effect]
}

export function reaches(role: Role, needs: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needs)
}

export function mayRun(role: Role, command: Command): boolean {
  return reaches(role, neededFor(command))
}

/** Returns whether a role may run a command with other values, where what it needs depends on them. */
export function mayRunWithOthers(role: Role, command: Command): boolean {
  return typeof command.consequence === 'function'
    ? reaches(role, byEffect[command.effect])
    : mayRun(role, command)
}

/** What of a command a role for some customers reaches: `theirs` is what is named, where that is those customers'. */
export type Reach = 'theirs' | 'always' | 'never'

/** Nothing of a customer's, or where nobody is named theirs alone. */
const always = [
  'help.show',
  'status.show',
  'access.list',
  'access.why',
  'geo.countries',
  'geo.states',
  'domains.suggest',
  'domains.available',
  'domains.workspace',
  'prewarm.list',
  'prewarm.sandbox-list',
  'imports.template',
  'errors.send',
  // Each row of a file is checked.
  'dns.import',
  'mailboxes.import',
  'orders.import',
  // With the values of the matrix these lists name nobody.
  'find.show',
  'users.list',
  'mailboxes.all',
  'events.list',
  'operations.list',
  'imports.list',
  'approvals.list',
]

/** About all customers at once: not offered to whoever has a role for some. */
export const isAboutAll = [
  'users.create',
  'users.import',
  'wallet.get',
  'prewarm.sandbox-reset',
  'renewals.funds',
  'alerts.list',
  'alerts.add',
  'alerts.edit',
  'alerts.remove',
  'alerts.test',
  'alerts.failed',
  'alerts.retry',
  'alerts.repair',
  'subscribe.show',
  'unsubscribe.show',
  'digest.list',
  'digest.show',
  'digest.set',
  'digest.stop',
  'access.grant',
  'access.revoke',
  'access.limit',
  'access.budget',
  'approvals.set',
  'audit.list',
  'freeze.show',
  'unfreeze.show',
]

/** With the values of the matrix these name nothing that is there, which could be anybody's. */
const unknown = [
  'approvals.approve',
  'approvals.refuse',
  'imports.show',
  'imports.stop',
  'imports.resume',
  'imports.outcome',
]

export function reachOf(command: Command): Reach {
  const id = idOf(command)
  if (isAboutAll.includes(id) || unknown.includes(id)) return 'never'
  return always.includes(id) ? 'always' : 'theirs'
}

/** Returns whether a role for some customers may run a command with the values of the matrix. @param isTheirs what they name */
export function mayRunForSome(role: Role, command: Command, isTheirs: boolean): boolean {
  const reach = reachOf(command)
  return mayRun(role, command) && reach !== 'never' && (isTheirs || reach === 'always')
}

/** Whether it is the least role that may run a command, or the highest that may not. */
export function isAtBorder(role: Role, command: Command): boolean {
  const above = roles[roles.indexOf(role) + 1]
  return [role, above].includes(neededFor(command))
}

/** With these values a command needs this, because of what follows from them. */
export interface ConsequenceCase {
  readonly id: string
  readonly values: Readonly<Record<string, string>>
  readonly needs: Role
}

/**
 * What follows from values. Route r1 is Ana's.
 * @param records ids of a record that is a mail exchanger, and of one that is none
 */
export function consequenceCases(
  records: { readonly mail: string; readonly other: string },
  customer: string,
): readonly ConsequenceCase[] {
  return [
    // Mailboxes end by themselves.
    { id: 'domains.auto-renew', values: { autoRenew: 'false' }, needs: 'finance' },
    { id: 'domains.auto-renew', values: { autoRenew: 'true' }, needs: 'operator' },
    { id: 'subscriptions.auto-renew', values: { autoRenew: 'false' }, needs: 'finance' },
    { id: 'subscriptions.auto-renew', values: { autoRenew: 'true' }, needs: 'operator' },
    // Mail goes elsewhere.
    { id: 'dns.add', values: { recordType: 'MX', value: 'mx.acme.org', priority: '5' }, needs: 'admin' },
    { id: 'dns.add', values: { recordType: 'NS', value: 'ns.acme.org' }, needs: 'admin' },
    { id: 'dns.add', values: { recordType: 'A', value: '192.0.2.1' }, needs: 'operator' },
    {
      id: 'dns.update',
      values: { recordId: records.other, recordType: 'MX', value: 'mx.acme.org' },
      needs: 'admin',
    },
    { id: 'dns.update', values: { recordId: records.mail, value: 'x' }, needs: 'admin' },
    { id: 'dns.update', values: { recordId: records.other, value: 'x' }, needs: 'operator' },
    // Others no longer get their alerts.
    { id: 'alerts.mute', values: { what: 'r1', until: '1h' }, needs: 'admin' },
    { id: 'alerts.mute', values: { what: 'acme.org', until: '7d' }, needs: 'admin' },
    { id: 'alerts.mute', values: { what: 'acme.org', until: '' }, needs: 'admin' },
    { id: 'alerts.mute', values: { what: 'acme.org', until: 'resolved' }, needs: 'admin' },
    { id: 'alerts.mute', values: { what: `user:${customer}`, until: '1h' }, needs: 'admin' },
    { id: 'alerts.mute', values: { what: 'acme.org', until: '1d' }, needs: 'operator' },
    { id: 'alerts.edit', values: { id: 'r1' }, needs: 'admin' },
    { id: 'alerts.remove', values: { id: 'r1' }, needs: 'admin' },
    { id: 'alerts.add', values: { alsoInAlerts: 'false' }, needs: 'admin' },
    { id: 'alerts.add', values: { alsoInAlerts: 'true' }, needs: 'operator' },
    { id: 'subscribe.show', values: { alsoInAlerts: 'false' }, needs: 'admin' },
  ]
}
