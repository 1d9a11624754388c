import { z } from 'zod'
import { userIdOf } from '../../cmr/answers/users.ts'
import { InputError } from '../../commands/command.ts'
import { notice } from '../../commands/failure.ts'
import { userNamed } from '../../directory/names/called.ts'
import { millisecondsInDay } from '../../process/dates.ts'
import { code, escapeText, moment } from '../../slack/blocks.ts'
import { threadsOpenSince } from '../delivery/thread.ts'
import { muted, muteSentence } from '../messages/routes.ts'
import { testSentence } from '../messages/tests.ts'
import type { Mute } from '../routing/route.ts'
import { untilExamples, untilOf } from '../routing/until.ts'
import { outdateAlerts } from '../store/messages.ts'
import { type AlertContext, alertCommand } from './alert-command.ts'
import { customersOfMuted, isDomain } from './event-customers.ts'
import { storedEventNamed } from './event-named.ts'
import { isRoute, routeId } from './route-id.ts'
import { silencing } from './silencing.ts'

const own = { noun: 'alerts', own: true, effect: 'write', asks: 'nothing' } as const
export const duration = z.string().max(20)
const DEFAULT_MUTE = '7d'

const what = z.string().max(255).meta({
  label: 'What',
  hint: 'A route, a domain, a customer, subscription:ID, or event:ID for what an event is about',
  example: 'r3',
})

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
  consequence: (context, { what: said, until }) =>
    isRoute.test(said.trim()) ? silencing(context, routeId(said.trim())) : longSilence(context, said, until),
  example: 'acme.com 7d',
  input: z.object({
    what,
    until: duration.optional().meta({
      label: 'For how long',
      hint: `${untilExamples}; or “resolved”, but not for a route`,
      example: '7d',
    }),
  }),
  positional: ['what', 'until'],
  async run(context, { what, until: said = DEFAULT_MUTE }) {
    const { alerts, caller, clock } = context
    const meant = await mutableNamed(context, what)
    const resolved = said.toLowerCase() === 'resolved'
    const until = resolved ? null : untilOf(said, clock(), context.zone)
    if (until === undefined) throw new InputError('until', `Say ${untilExamples}.`)
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

/** What people name when they want silence: r3, acme.com, jane@acme.com, subscription:ID, event:ID. */
async function mutableNamed(
  context: AlertContext,
  what: string,
): Promise<{ route: string } | { subject: Mute['subject'] }> {
  const said = what.trim()
  if (isRoute.test(said)) {
    const route = routeId(said)
    if (!context.alerts.routes.route(route))
      throw new InputError('what', `There is no route ${route}: /cmr alerts lists them.`)
    return { route }
  }
  const [, about] = /^event:(\S+)$/.exec(said) ?? []
  if (about) {
    const { subject, source } = await storedEventNamed(context, about, 'what')
    if (source === 'test') throw new InputError('what', testSentence)
    if (!subject) throw new InputError('what', 'This event is not about anything that can be muted.')
    return { subject }
  }
  if (/^(subscription|order|user):\S+$/.test(said)) return { subject: said }
  if (/^domain:\S+$/.test(said)) return { subject: said.toLowerCase() }
  if (isDomain.test(said)) return { subject: `domain:${said.toLowerCase()}` }
  const user = await userNamed(context, said, 'what')
  return { subject: `user:${userIdOf(user)}` }
}
