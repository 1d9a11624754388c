import { z } from 'zod'
import { userIdOf } from '../../cmr/answers/users.ts'
import { wrongDateSentence } from '../../commands/calendar-dates.ts'
import { InputError } from '../../commands/command.ts'
import { notice } from '../../commands/failure.ts'
import { userNamed } from '../../directory/names/called.ts'
import { directoryEntries } from '../../directory/store/rows.ts'
import { millisecondsInDay } from '../../process/dates.ts'
import { code, escapeText, moment } from '../../slack/blocks.ts'
import { threadsOpenSince } from '../delivery/threads.ts'
import { muted, muteSentence } from '../messages/routes.ts'
import { testSentence } from '../own-events.ts'
import type { Mute } from '../routing/route.ts'
import { untilExamples, untilOf } from '../routing/typed-times.ts'
import { outdateAlerts } from '../store/messages.ts'
import { type AlertContext, alertCommand, customersOfEvent, storedEventNamed } from './alert-command.ts'
import { isRoute, routeId, routeNamed, silencing } from './route-named.ts'

const own = { noun: 'alerts', own: true, effect: 'write', asks: 'nothing' } as const
export const duration = z.string().max(20)
const DEFAULT_MUTE = '7d'

const what = z.string().max(255).meta({
  label: 'What',
  hint: 'A route, a domain, a customer, subscription:ID, or event:ID for what an event is about',
  example: 'r3',
})

/** Says why a text is no moment to come at which a mute ends or a reminder is due. */
export function noMoment(said: string): InputError {
  return new InputError('until', wrongDateSentence(said) ?? `Say ${untilExamples}.`)
}

/**
 * A mute counts for everybody's routes. One thing for a day is part of working on it; more than that, or a whole
 * customer, takes alerts away from others.
 */
async function longSilence(context: AlertContext, said: string, until = DEFAULT_MUTE) {
  const now = context.clock()
  const ends = untilOf(until, now, context.zone)
  const isShort = ends && ends.getTime() - now.getTime() <= millisecondsInDay
  if (!isShort) return 'silences others' as const
  const meant = await mutableNamed(context, said)
  const isOneThing = 'subject' in meant && !meant.subject.startsWith('user:')
  return isOneThing ? undefined : ('silences others' as const)
}

export const mute = alertCommand({
  ...own,
  verb: 'mute',
  summary: 'Mute a route or alert',
  customers: customersOfMuted,
  about: 'Stops alerts of a route, or about a domain, a customer or an event, for some time.',
  consequence(context, { what: said, until }) {
    const named = thingNamed(said)
    return named?.kind === 'route' ? silencing(context, named.id) : longSilence(context, said, until)
  },
  example: 'acme.com 7d',
  input: z.object({
    what,
    until: duration.optional().meta({
      takesDates: true,
      label: 'For how long',
      hint: `${untilExamples}; or “resolved”, but not for a route`,
      example: '7d',
      spans: ([word = '']: readonly string[]) => (/^\d{1,4}[mhdw]$/i.test(word) ? 1 : 0),
    }),
  }),
  positional: ['what', 'until'],
  async run(context, { what, until: said = DEFAULT_MUTE }) {
    const { alerts, caller, clock } = context
    const meant = await mutableNamed(context, what)
    const resolved = said.toLowerCase() === 'resolved'
    const until = resolved ? null : untilOf(said, clock(), context.zone)
    if (until === undefined) throw noMoment(said)
    if ('subject' in meant) {
      await alerts.routes.muteSubject(meant.subject, until, caller.userId)
      await showSilence(context, meant.subject)
      const sentence = muteSentence({ subject: meant.subject, until, by: caller.userId })
      const kept = `${sentence}. It is kept in \`/cmr events\`; ${code(`/cmr alerts unmute ${what}`)} ends it.`
      return { message: muted(kept, meant.subject) }
    }
    if (until === null) throw new InputError('until', `A route is never resolved: use ${untilExamples}.`)
    await alerts.routes.mute(meant.route, until, caller.userId)
    return {
      message: muted(
        `:no_bell: *${meant.route}* is muted until ${moment(until)}: its events are kept in \`/cmr events\`; only urgent events that no other route takes go to the alerts channel.`,
        meant.route,
      ),
    }
  },
})

export const unmute = alertCommand({
  ...own,
  verb: 'unmute',
  summary: 'End a mute',
  customers: customersOfMuted,
  about: 'Lets alerts come again before a mute ends.',
  input: z.object({ what }),
  positional: ['what'],
  async run(context, { what }) {
    const { alerts, caller } = context
    const meant = await mutableNamed(context, what)
    if ('route' in meant) await alerts.routes.mute(meant.route, null, caller.userId)
    else if (!(await alerts.routes.unmuteSubject(meant.subject)))
      throw new InputError('what', `${meant.subject} is not muted: /cmr alerts lists what is.`)
    if ('subject' in meant) await showSilence(context, meant.subject)
    const name = 'route' in meant ? meant.route : escapeText(meant.subject)
    return { message: notice(`:bell: *${name}* is no longer muted.`) }
  },
})

/** Alerts say who has muted what they tell of, or wants to be reminded of it. @param subject as in `mutes` */
export async function showSilence({ store, alerts, clock }: AlertContext, subject: string): Promise<void> {
  const [, kind, name = ''] = /^(domain|user):(.+)$/.exec(subject) ?? []
  const things = {
    subjects: [subject],
    domains: kind === 'domain' ? [name] : [],
    users: kind === 'user' ? [name] : [],
  }
  const now = clock()
  await outdateAlerts(store.db, things, { since: threadsOpenSince(now), at: now, withRoots: true })
  alerts.wake()
}

/** What people name when they want silence. */
interface NamedThing {
  readonly kind: 'route' | 'event' | 'user' | 'domain' | 'subscription' | 'order'
  readonly id: string
}

/** A name with a dot in it, and no address. */
const isDomain = /^[^\s@.]+(?:\.[^\s@.]+)+$/

/** Reads r3, acme.com, subscription:ID, event:ID; nothing where it is a customer's name that has to be looked up. */
function thingNamed(what: string): NamedThing | undefined {
  const said = what.trim()
  if (isRoute.test(said)) return { kind: 'route', id: routeId(said) }
  const [, given, name = said] = /^(event|user|domain|subscription|order):(\S+)$/.exec(said) ?? []
  const kind = given ?? (isDomain.test(said) ? 'domain' : undefined)
  if (kind === 'domain') return { kind, id: name.toLowerCase() }
  return kind === undefined ? undefined : { kind: kind as NamedThing['kind'], id: name }
}

/** @throws InputError where there is no such route, event or customer */
async function mutableNamed(
  context: AlertContext,
  what: string,
): Promise<{ route: string } | { subject: Mute['subject'] }> {
  const named = thingNamed(what)
  if (named === undefined)
    return { subject: `user:${userIdOf(await userNamed(context, what.trim(), 'what'))}` }
  const { kind, id } = named
  if (kind === 'route') return { route: routeNamed(context, id, 'what').id }
  if (kind !== 'event') return { subject: `${kind}:${id}` }
  const { subject, source } = await storedEventNamed(context, id, 'what')
  if (source === 'test') throw new InputError('what', testSentence)
  if (!subject) throw new InputError('what', 'This event is not about anything that can be muted.')
  return { subject }
}

/**
 * Finds whose a thing is that somebody wants silence of: an event's, by its name as alerts have it, or a customer's own;
 * nobody's of a route, which tells of everybody.
 * @throws InputError where nobody goes by it
 */
async function customersOfMuted(
  context: AlertContext,
  { what }: { readonly what?: string | undefined },
): Promise<readonly string[] | undefined> {
  if (what === undefined) return undefined
  const named = thingNamed(what)
  if (named === undefined) return [userIdOf(await userNamed(context, what.trim(), 'what'))]
  const { kind, id } = named
  if (kind === 'route') return []
  if (kind === 'user') return [id]
  if (kind === 'event') return customersOfEvent(context, { eventId: id })
  const [known] = await directoryEntries(context.store, [{ kind, id }])
  return known?.user_id ? [known.user_id] : []
}
