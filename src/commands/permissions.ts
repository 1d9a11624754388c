import type { z } from 'zod'
import type { Effect } from '../cmr/endpoint.ts'

/** Ordered: each role may do what those before it may. */
export const roles = ['none', 'viewer', 'operator', 'finance', 'admin'] as const
export type Role = (typeof roles)[number]

/**
 * What follows from something that, by its effect, is a plain write. Each needs more than an operator:
 * - `ends later`: what it touches ends by itself some day, as mailboxes whose renewal is switched off
 * - `moves mail`: mail goes elsewhere, or nowhere
 * - `silences others`: people no longer hear what they had asked to hear
 * - `grants`: somebody may do more, or less, than before
 */
export type Consequence = 'ends later' | 'moves mail' | 'silences others' | 'grants'

/** What a policy can have approved whatever it costs: everything that destroys, some of it alone, and who may do what. */
export const sensitiveChanges = ['destroying', 'nameservers', 'recreation', 'roles'] as const
export type SensitiveChange = (typeof sensitiveChanges)[number]

/** What is tried: its effect, and the role it needs where that is more than the effect does. */
export interface Wanted {
  readonly effect: Effect
  readonly needs?: Role
  /** What always follows from it; what follows from its values only is told with the details of the attempt. */
  readonly consequence?: Consequence | ((...given: never[]) => unknown)
  /** What a policy knows it as, beyond its effect and what follows from it. */
  readonly sensitive?: SensitiveChange
  /** About the bot itself. */
  readonly own?: boolean
  /** Its fields: whom they name decides where a role holds for some customers only. */
  readonly input?: z.ZodObject
  /** How whoever has a role for some customers only may run it (`Command.customers`). */
  readonly customers?: 'narrowed' | 'nobodys' | 'everybodys' | ((...given: never[]) => unknown)
}

/** What is known of an attempt beyond the command. */
export interface WantedDetails {
  readonly consequence?: Consequence | undefined
  /**
   * Finds the customers that it is about, undefined where that is yet to be said; asked only of those who may act for
   * some customers only.
   */
  readonly customers?: (() => Promise<readonly string[] | undefined>) | undefined
}

/** Whether somebody may do a thing and, if not, the sentence that says who could. */
export type Permission =
  | {
      readonly allowed: true
      readonly role: Role
      /** "admin by the bot’s settings". */
      readonly reason: string
      /** Somebody else has to approve it all the same: why, in mrkdwn. */
      readonly needsApproval?: string
      /** How many have to approve it, where policy says so. */
      readonly approvers?: number
      /** Nobody was named, and the role holds for these customers only (CMR's userIds). */
      readonly customers?: readonly string[]
    }
  | {
      readonly allowed: false
      /** mrkdwn */
      readonly refusal: string
      readonly reason: string
      /** Somebody else's approval would do. */
      readonly approvable?: boolean
      readonly approvers?: number
    }

/** Returns whether somebody reads technical ids and settings: others can do nothing with them. */
export async function isAdmin(access: Permissions, slackUserId: string): Promise<boolean> {
  const { allowed } = await access.decide(
    slackUserId,
    { effect: 'read', needs: 'admin', own: true },
    'status',
  )
  return allowed
}

/** Returns a sentence that names a setting or a technical id; whoever can do nothing with it reads whom to ask. */
export function forAdmins(isAdmin: boolean, sentence: string): string {
  return isAdmin ? sentence : 'Ask an admin.'
}

/** Returns whether somebody may do a thing, at least for some customers. @param found what follows from its values */
export type Offers = (wanted: Wanted, found?: Consequence) => boolean

/** Behind the action_id of a command that somebody wants to ask an approval for. */
export const requestSuffix = 'request'

/** The one place that is asked before anything is shown or done. */
export interface Permissions {
  /** @param what what was tried, as a person says it: "users create" */
  decide(slackUserId: string, wanted: Wanted, what: string, details?: WantedDetails): Promise<Permission>
  /** Returns what is worth being shown to somebody; what they may do is decided when they try. */
  offers(slackUserId: string): Promise<Offers>
  /** Returns the only customers (CMR's userIds) for whom somebody may do a thing; undefined where those are all. */
  customersFor(slackUserId: string, wanted: Wanted): Promise<readonly string[] | undefined>
}

/**
 * Returns the only customers whose things a command shows to whoever asks, or touches for them; undefined where those
 * are all. What names no customer narrows itself by it.
 * @param wanted a read unless told otherwise
 */
export function customersOfCaller(
  { access, caller }: { readonly access: Permissions; readonly caller: { readonly userId: string } },
  wanted: Wanted = { effect: 'read' },
): Promise<readonly string[] | undefined> {
  return access.customersFor(caller.userId, wanted)
}
