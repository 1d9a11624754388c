import { createHmac } from 'node:crypto'
import { parseBody } from './proxy.ts'
import type { Json } from './types.ts'

/** Slack waits this long for an acknowledgement. */
const ACK_MS = 3000

export interface Acknowledgement {
  readonly ok: boolean
  /** The notice that the person would see after a failure. */
  readonly notice?: string
  readonly milliseconds: number
  /** The bot's answer: JSON, `{text}` or nothing. */
  readonly body: Json
}

/** Posts a request to the bot with Slack's signature. */
export type Sender = (form: Record<string, string> | { readonly json: Json }) => Promise<Acknowledgement>

/**
 * @param url where the bot takes everything of Slack's: `/slack/events`
 * @param signingSecret shared with the bot
 */
export function createSender(url: string, signingSecret: string): Sender {
  return async function send(form) {
    const asJson = 'json' in form && typeof form.json === 'object'
    const body = asJson
      ? JSON.stringify(form.json)
      : new URLSearchParams(form as Record<string, string>).toString()
    const timestamp = String(Math.floor(Date.now() / 1000))
    const signature = createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex')
    const started = performance.now()
    const elapsed = () => Math.round(performance.now() - started)
    try {
      const response = await fetch(url, {
        method: 'POST',
        signal: AbortSignal.timeout(ACK_MS),
        headers: {
          'content-type': asJson ? 'application/json' : 'application/x-www-form-urlencoded',
          'x-slack-request-timestamp': timestamp,
          'x-slack-signature': `v0=${signature}`,
        },
        body,
      })
      const raw = Buffer.from(await response.arrayBuffer())
      const type = response.headers.get('content-type') ?? ''
      const answer = type.includes('json') ? parseBody(raw, type) : raw.length ? { text: raw.toString() } : {}
      if (response.ok) return { ok: true, milliseconds: elapsed(), body: answer }
      const notice = `The bot answered HTTP ${response.status}. Slack would show: dispatch_failed`
      return { ok: false, milliseconds: elapsed(), body: answer, notice }
    } catch (error) {
      const late = error instanceof DOMException && error.name === 'TimeoutError'
      const notice = late
        ? 'No acknowledgement within 3 seconds. Slack would show: operation_timeout'
        : 'The bot cannot be reached. Slack would show: dispatch_failed'
      return { ok: false, milliseconds: elapsed(), body: {}, notice }
    }
  }
}

/** Matches everything that Slack turns into a link or an id; bare domains only with a known ending. */
const linked = new RegExp(
  [
    /(?<url>https?:\/\/[^\s"“”]+)/,
    /(?<mailto>mailto:[\w.+-]+@[\w-]+(?:\.[\w-]+)+)/,
    /(?<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)/,
    /(?<=^|[\s"“,])(?<domain>(?:[\w-]+\.)+(?:com|net|org|io|co|dev|de))(?=$|[\s"”,])/,
    /(?<=^|\s)@(?<handle>[\w.-]+)/,
    /(?<=^|\s)#(?<name>[\w-]+)/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'g',
)

/**
 * The text of a slash command as it arrives with `should_escape: true`: people, channels, e-mails and links
 * in angle brackets, the three special characters as entities.
 */
export function escapeCommand(
  text: string,
  people: readonly { readonly id: string; readonly handle: string }[],
  channels: readonly { readonly id: string; readonly name: string }[],
): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  return escaped.replace(linked, (whole: string, ...found: unknown[]) => {
    const { url, mailto, email, domain, handle, name } = found.at(-1) as Record<string, string | undefined>
    if (url ?? mailto) return `<${url ?? mailto}>`
    if (email) return `<mailto:${email}|${email}>`
    if (domain) return `<http://${domain}|${domain}>`
    const person = people.find((one) => one.handle === handle)
    if (person) return `<@${person.id}|${person.handle}>`
    const channel = channels.find((one) => one.name === name)
    return channel ? `<#${channel.id}|${channel.name}>` : whole
  })
}
