import { context, counted, escapeText, type Message, moment, section } from './blocks.ts'

/** One thing the bot stands on: well or not, and a sentence. */
export interface Check {
  readonly name: string
  readonly ok: boolean
  readonly tells: string
}

/** The bot's health as `/cmr status` and `/readyz` tell it. */
export interface Status {
  readonly checks: readonly Check[]
  readonly lastWebhookAt?: Date | undefined
  readonly waiting: number
  readonly failed: number
  readonly since: Date
}

/** `/cmr status`. */
export function statusMessage(status: Status): Message {
  const broken = status.checks.filter((check) => !check.ok)
  const headline = broken.length
    ? `:red_circle: ${broken.map((check) => check.name).join(', ')}: needs attention`
    : ':large_green_circle: All is well'
  const lines = status.checks.map(
    (check) => `${check.ok ? ':white_check_mark:' : ':x:'} *${check.name}*  ${escapeText(check.tells)}`,
  )
  const queue =
    status.waiting === 0
      ? 'No alert is waiting'
      : `${counted(status.waiting, 'alert is', 'alerts are')} waiting to be posted`
  const failed = status.failed ? `, ${status.failed} could not be posted` : ''
  const webhook = status.lastWebhookAt ? `Last webhook ${moment(status.lastWebhookAt)}` : 'No webhook yet'
  return {
    text: headline,
    blocks: [
      section(`*${headline}*`),
      section(lines.join('\n')),
      context(webhook, queue + failed, `Up since ${moment(status.since)}`),
    ],
  }
}
