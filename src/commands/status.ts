import { z } from 'zod'
import type { Check, Health, Status } from '../health/health.ts'
import { context, counted, cut, escapeText, type Message, moment, section } from '../slack/blocks.ts'
import { type Command, command } from './command.ts'
import { webhookSilence } from './dashboard.ts'

/** `/cmr status`. @param health looks at everything now */
export function statusCommand(health: Pick<Health, 'status'>): Command {
  return command({
    noun: 'status',
    verb: 'show',
    summary: 'Show the bot’s status',
    effect: 'read',
    own: true,
    input: z.object({}),
    positional: [],
    run: async ({ clock }) => ({ message: statusMessage(await health.status(), clock()) }),
  })
}

/** Returns the answer to `/cmr status`. */
function statusMessage(status: Status, now: Date): Message {
  const broken = status.checks.filter((check) => !check.ok)
  const color = broken.some((check) => check.stopsService) ? ':red_circle:' : ':large_yellow_circle:'
  const headline = broken.length
    ? `${color} ${broken.map((check) => check.name).join(', ')}: needs attention`
    : ':large_green_circle: All is well'
  const lines = status.checks.map(
    (check) => `${markOf(check)} *${escapeText(check.name)}*  ${escapeText(check.tells)}`,
  )
  const queue =
    status.waiting === 0
      ? 'No alert is waiting'
      : `${counted(status.waiting, 'alert is', 'alerts are')} waiting to be posted`
  const failed = status.failed ? `, ${status.failed} could not be posted` : ''
  const silence = webhookSilence(status.lastWebhookAt, now)
  const webhook = status.lastWebhookAt ? `Last webhook ${moment(status.lastWebhookAt)}` : 'No webhook yet'
  return {
    text: headline,
    blocks: [
      section(`*${headline}*`),
      section(cut(lines.join('\n'), 2900)),
      ...(silence ? [section(`:mute: ${escapeText(silence)}`)] : []),
      context(webhook, queue + failed, `Up since ${moment(status.since)}`),
    ],
  }
}

function markOf({ ok, stopsService }: Check): string {
  if (ok) return ':white_check_mark:'
  return stopsService ? ':x:' : ':warning:'
}
