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
  'domains.forward-email': 'admin',
  // Who may do what.
  'access.grant': 'admin',
  'access.revoke': 'admin',
  'access.limit': 'admin',
  'access.budget': 'admin',
  'approvals.set': 'admin',
  'unfreeze.show': 'admin',
}

/** Returns the least role that may run a command with the values of the matrix. */
export function neededFor(command: Command): Role {
  return more[idOf(command)] ?? byEffect[command.effect]
}

export function mayRun(role: Role, command: Command): boolean {
  return roles.indexOf(role) >= roles.indexOf(neededFor(command))
}
