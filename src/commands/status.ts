import { z } from 'zod'
import type { Check, Health, Status } from '../health/health.ts'
import type { Service } from '../process/background-loop.ts'
import { context, counted, escapeText, type Message, moment, section, sections } from '../slack/blocks.ts'
import { type Command, command } from './command.ts'
import { webhookSilence } from './dashboard.ts'
import { isAdmin } from './permissions.ts'

/** `/cmr status`. @param health looks at everything now */
export function statusCommand(health: Pick<Health, 'status'>): Command {
  return command({
    noun: 'status',
    verb: 'show',
    isOnlyVerb: true,
    summary: 'Show what works',
    about: 'Shows which parts of the bot work, and what needs attention.',
    effect: 'read',
    own: true,
    customers: 'nobodys',
    input: z.object({}),
    positional: [],
    async run({ access, caller, clock }) {
      const reader = { now: clock(), isAdmin: await isAdmin(access, caller.userId) }
      return { message: statusMessage(await health.status(), reader) }
    },
  })
}

/** What each part of the product is called, what it does while all is well, and what may happen while it is not. */
const services: Readonly<
  Record<Service, { readonly name: string; readonly works: string; readonly fails: string }>
> = {
  commands: {
    name: 'Commands and forms',
    works: 'Slack and CMR answer.',
    fails: 'Some commands may fail or take long.',
  },
  alerts: {
    name: 'Alerts',
    works: 'Alerts are posted as CMR sends them.',
    fails: 'Some alerts may be late or missing.',
  },
  changes: {
    name: 'Orders and changes',
    works: 'Outcomes are tracked and reported.',
    fails: 'Outcomes may be reported late.',
  },
  renewals: {
    name: 'Renewals',
    works: 'The forecast is kept up to date, and reminders are sent.',
    fails: 'The forecast may be old, and reminders may be late.',
  },
  imports: {
    name: 'Imports',
    works: 'CSV files are accepted and processed.',
    fails: 'Imports may stop or be slow.',
  },
}

/**
 * Returns the answer to `/cmr status`: what works.
 * @param reader.isAdmin whether they read the causes, which name settings and parts of the bot
 */
function statusMessage(
  status: Status,
  { now, isAdmin }: { readonly now: Date; readonly isAdmin: boolean },
): Message {
  const broken = status.checks.filter((check) => !check.ok)
  const color = broken.some((check) => check.stopsService) ? ':red_circle:' : ':large_yellow_circle:'
  const failing = Object.entries(services).filter(([id]) => broken.some(({ serves }) => serves === id))
  const names = failing.map(([, { name }]) => name).join(', ')
  const headline = names ? `${color} ${names}: needs attention` : ':large_green_circle: Everything works'
  const lines = Object.entries(services).flatMap(([id, { name, works, fails }]) => {
    const causes = broken.filter(({ serves }) => serves === id)
    if (causes.length === 0) return [`:white_check_mark: *${name}*  ${works}`]
    const mark = causes.some((check) => check.stopsService) ? ':x:' : ':warning:'
    return [`${mark} *${name}*  ${fails}`, ...(isAdmin ? causes.map(causeLine) : [])]
  })
  const waiting =
    status.waiting === 0
      ? 'No alert is waiting'
      : `${counted(status.waiting, 'alert is', 'alerts are')} waiting to be posted`
  const failed = status.failed ? `, ${status.failed} could not be posted` : ''
  const silence = isAdmin ? webhookSilence(status.lastWebhookAt, now, status.changesFound) : undefined
  const last = status.lastWebhookAt
    ? `Last webhook from CMR ${moment(status.lastWebhookAt)}`
    : 'No webhook from CMR yet'
  const whoKnows = names && !isAdmin ? [context('Admins see the causes here. Ask one of them to check.')] : []
  return {
    text: headline,
    blocks: [
      section(`*${headline}*`),
      ...sections(lines),
      ...(silence ? [section(`:mute: ${escapeText(silence)}`)] : []),
      ...whoKnows,
      context(last, waiting + failed, `Running since ${moment(status.since)}`),
    ],
  }
}

function causeLine({ name, tells }: Check): string {
  return `        • ${escapeText(name)}: ${escapeText(tells)}`
}
