import { z } from 'zod'
import { type User, userIdOf, userName } from '../../cmr/answers/users.ts'
import { severities } from '../../cmr/events/event.ts'
import { webhookEvents } from '../../cmr/events/index.ts'
import { tooMany } from '../../commands/check.ts'
import { InputError } from '../../commands/command.ts'
import { outsidersField } from '../../commands/readers-question.ts'
import { didYouMean } from '../../commands/registry.ts'
import { userNamed } from '../../directory/names/called.ts'
import type { NamingContext } from '../../directory/names/lookups.ts'
import { isTimeZone } from '../../process/clock.ts'
import { parseDomainNames } from '../../resources/orders/pasted.ts'
import { wildcards } from '../routing/pattern.ts'
import { digests, providers, type Route, type RouteDelivery, type RouteFilter } from '../routing/route.ts'
import { kindsAmong } from '../routing/route-matcher.ts'
import type { AlertContext } from './alert-command.ts'

/** Families first: who wants one kind finds it below them. */
export const eventChoices = [
  'subscription.*',
  'domain.*',
  'mailbox.*',
  'prewarmup.*',
  '*.failed',
  ...Object.keys(webhookEvents),
]

const severity = z.enum(severities)

/** What a route takes and how it tells, as people say it; everything may be left out. */
export const routeFields = {
  events: z
    .array(z.string().max(60))
    .max(30)
    .optional()
    .meta({ label: 'Which events', hint: 'Leave empty for all', choices: eventChoices }),
  severities: z
    .array(severity)
    .optional()
    .meta({ label: 'How urgent', hint: 'Leave empty for all', example: 'urgent bad' }),
  users: z.string().max(1000).optional().meta({
    label: 'Only these customers',
    hint: 'E-mails, companies or ids, separated by commas',
    example: 'jane@acme.com, Kestrel Analytics',
  }),
  domains: z
    .array(z.string().max(255))
    .max(50)
    .optional()
    .meta({ label: 'Only these domains', hint: 'One per line; * matches anything', example: '*.acme.com' }),
  provider: z.enum(providers).optional().meta({ label: 'Only this provider' }),
  operations: z.enum(['foreign', 'own', 'both']).optional().meta({
    label: 'Started by',
    hint: 'foreign: only what was not started through the bot. own: only what was, which otherwise appears in the thread of its receipt only',
  }),
  threads: z.boolean().optional().meta({ label: 'One thread per domain, subscription or order' }),
  mention: z
    .string()
    .regex(
      /^(@?[UW][A-Z0-9]+|!subteam\^S[A-Z0-9]+)$/,
      'Name a person or a user group, such as @ana or @owners.',
    )
    .optional()
    .meta({ label: 'Mention this person', slack: 'person' }),
  group: z
    .string()
    .regex(/^(!subteam\^)?S[A-Z0-9]+$/, 'Give a user group’s id, such as S012AB3CD, or @group.')
    .optional()
    .meta({
      label: 'Mention this user group',
      hint: 'Its id, from “Copy group ID” in Slack',
      example: 'S012AB3CD',
    }),
  mentionFor: z
    .array(severity)
    .optional()
    .meta({ label: 'Mention for', hint: 'Leave empty for urgent alerts' }),
  quiet: z
    .string()
    .regex(
      /^([01]?\d|2[0-3])(:[0-5]\d)?\s*[-–]\s*([01]?\d|2[0-3])(:[0-5]\d)?(\s+\S+)?$/,
      'Give times such as 22:00-07:00, with a time zone after them if you like.',
    )
    .optional()
    .meta({
      label: 'Quiet hours',
      hint: 'Alerts of these hours are posted as one summary afterwards',
      example: '22:00-07:00',
    }),
  digest: z
    .enum(digests)
    .optional()
    .meta({ label: 'Digest', hint: 'One summary instead of a message for each event' }),
  digestAt: z
    .number()
    .int()
    .min(0, 'Give an hour from 0 to 23.')
    .max(23, 'Give an hour from 0 to 23.')
    .optional()
    .meta({ label: 'Hour of a daily digest', example: 8 }),
  timezone: z
    .string()
    .refine(isTimeZone, 'Give a time zone such as Europe/Berlin.')
    .optional()
    .meta({ label: 'Time zone', example: 'Europe/Berlin' }),
  urgentPasses: z
    .boolean()
    .optional()
    .meta({ label: 'Post urgent alerts at once', hint: 'Also in quiet hours and between digests' }),
  alsoInAlerts: z.boolean().optional().meta({
    label: 'Keep them in the alerts channel too',
    hint: 'Without a route they are posted there. “No” moves them: they are posted only where this route posts',
  }),
  outsiders: outsidersField,
}

/** Each of them is looked up at CMR. */
const MOST_USERS = 30

const fieldsObject = z.object(routeFields)
type EnteredRoute = z.output<typeof fieldsObject>

/**
 * What was entered, as a route takes and tells.
 * @throws InputError where a user, an event or a zone is not known; CmrError as CMR answers
 */
export async function routeFrom(
  context: NamingContext & Pick<AlertContext, 'zone'>,
  entered: EnteredRoute,
): Promise<Pick<Route, 'filter' | 'delivery'>> {
  const { events, found } = kindsAndSeverities(entered.events ?? [])
  const users: User[] = []
  const names = namesIn(entered.users ?? '')
  if (names.length > MOST_USERS) throw new InputError('users', tooMany(names.length, MOST_USERS))
  for (const name of names) users.push(await namedUser(context, name))
  const filter: RouteFilter = {
    events,
    severities: [...new Set([...(entered.severities ?? []), ...found])],
    users: users.map((user) => ({ id: userIdOf(user), name: String(user.email ?? userName(user)) })),
    domains: [...new Set((entered.domains ?? []).map(domainPattern))],
    provider: entered.provider ?? null,
    operations: entered.operations ?? 'foreign',
  }
  const quiet = entered.quiet ? quietHours(entered.quiet) : undefined
  const zone = quiet?.zone ?? entered.timezone ?? context.zone
  if (!isTimeZone(zone))
    throw new InputError('quiet', `“${zone}” is not a time zone. Give one such as Europe/Berlin.`)
  const mention = mentionOf(entered)
  const delivery: RouteDelivery = {
    threaded: entered.threads ?? true,
    mention,
    mentionFor: mention ? (entered.mentionFor?.length ? entered.mentionFor : ['urgent']) : [],
    quiet: quiet ? { from: quiet.from, to: quiet.to } : null,
    digest: entered.digest ?? 'off',
    digestAt: entered.digestAt ?? 8,
    zone,
    urgentPasses: entered.urgentPasses ?? true,
    alsoInAlerts: entered.alsoInAlerts ?? true,
  }
  return { filter, delivery }
}

/** A route as its form shows it. */
export function enteredFrom({ filter, delivery, channel }: Route): Readonly<Record<string, unknown>> {
  const { mention } = delivery
  const [, person] = /^<@(\w+)>$/.exec(mention ?? '') ?? []
  const [, group] = /^<!subteam\^(\w+)>$/.exec(mention ?? '') ?? []
  return {
    channel,
    events: filter.events,
    severities: filter.severities,
    // Commas stand between them.
    users: filter.users.map(({ id, name }) => (/[,;]/.test(name) ? id : name)).join(', '),
    domains: filter.domains,
    provider: filter.provider ?? undefined,
    operations: filter.operations,
    threads: delivery.threaded,
    mention: person,
    group,
    mentionFor: delivery.mentionFor,
    quiet: delivery.quiet ? `${delivery.quiet.from}-${delivery.quiet.to}` : undefined,
    digest: delivery.digest,
    digestAt: delivery.digestAt,
    timezone: delivery.zone,
    urgentPasses: delivery.urgentPasses,
    // A route that was made before there was a choice moves its events.
    alsoInAlerts: delivery.alsoInAlerts ?? false,
  }
}

/** `subscription.* urgent`: whoever types it need not know that these are two fields. */
function kindsAndSeverities(words: readonly string[]) {
  const all = words.map((word) => word.toLowerCase()).filter((word) => !joining.has(word))
  const but = all.findIndex((word) => excluding.has(word))
  const said = but === -1 ? all : all.slice(but + 1)
  const isSeverity = (word: string) => (severities as readonly string[]).includes(word)
  const found = severities.filter((one) => said.includes(one))
  const rest = said.filter((word) => !isSeverity(word) && !everything.has(word))
  if (but === -1) return { events: [...new Set(rest.map(kindCalled))], found }
  const isAll = all.slice(0, but).every((word) => everything.has(word))
  if (!isAll || rest.length > 0 || found.length === 0)
    throw new InputError(
      'events',
      `A route takes the kinds that are named, so “${words.join(' ')}” is none. Name those that it is to take; only how urgent alerts are can be left out, as in “all but ${severities.at(-1)}”.`,
    )
  return { events: [], found: severities.filter((one) => !found.includes(one)) }
}

const everything = new Set(['all', 'everything', 'any', '*'])
/** What stands between kinds in a sentence. */
const joining = new Set(['only', 'and', '&', 'or', 'the', 'alert', 'alerts', 'event', 'events', 'ones'])
const excluding = new Set(['but', 'except', 'excluding', 'without', 'not', 'no', 'minus'])

/** `subscription`, `subscriptions`: all of the family. */
export function familyOf(word: string): string | undefined {
  const said = word.toLowerCase()
  if (!/^[a-z._-]+$/.test(said)) return undefined
  const meant = [said, said.replace(/s$/, ''), said.replace(/es$/, '')]
  const family = meant.find((one) => kindsAmong([`${one}.*`], kinds).length > 0)
  return family && `${family}.*`
}

const kinds = Object.keys(webhookEvents)

/** @throws InputError for what CMR never sends: the route would never hear anything */
function kindCalled(word: string): string {
  if (kindsAmong([word], kinds).length > 0) return word
  const family = familyOf(word)
  if (family) return family
  throw new InputError('events', unknownKindSentence(word))
}

/** Says that CMR sends no event of a name, and which one was meant. */
export function unknownKindSentence(word: string): string {
  const near = didYouMean(word, eventChoices).replaceAll('`', '')
  return `CMR has no event called “${word}”.${near || ' Use subscription.* or domain.expired, for example.'}`
}

/** `https://Acme.com/` is acme.com; where a star stands for anything, it is taken as it is. */
function domainPattern(word: string): string {
  if (wildcards.test(word)) return word.toLowerCase()
  const [name] = parseDomainNames(word).names
  if (name) return name
  throw new InputError(
    'domains',
    `“${word}” is not a domain. Use acme.com, or *${word}* for all that contain it.`,
  )
}

function namesIn(text: string): string[] {
  const names = /[,;\n]/.test(text) ? text.split(/[,;\n]/) : text.includes('@') ? text.split(/\s+/) : [text]
  return names.map((name) => name.trim()).filter(Boolean)
}

async function namedUser(context: NamingContext, name: string): Promise<User> {
  try {
    return await userNamed(context, name, 'users')
  } catch (error) {
    throw error instanceof InputError ? new InputError('users', error.message) : error
  }
}

function mentionOf({ mention, group }: EnteredRoute): string | null {
  const [, team] = /(S[A-Z0-9]+)$/.exec(group ?? (mention?.startsWith('!') ? mention : '')) ?? []
  if (team) return `<!subteam^${team}>`
  return mention ? `<@${mention.replace('@', '')}>` : null
}

function quietHours(text: string) {
  const [, from = '', to = '', zone] = /^(\S+?)\s*[-–]\s*(\S+)(?:\s+(\S+))?$/.exec(text.trim()) ?? []
  return { from: timeOf(from), to: timeOf(to), zone }
}

function timeOf(text: string): string {
  const [hour = '0', minute = '00'] = text.split(':')
  return `${hour.padStart(2, '0')}:${minute}`
}
