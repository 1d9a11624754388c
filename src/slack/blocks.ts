import type {
  ActionsBlock,
  Button,
  ConfirmationDialog,
  ContextBlock,
  HeaderBlock,
  KnownBlock,
  MrkdwnElement,
  Overflow,
  PlainTextElement,
  PlainTextOption,
  SectionBlock,
} from '@slack/types'
import { momentText } from '../process/day-text.ts'

/** A Slack message as this bot sends it. `text` is what phones show and screen readers say. */
export interface Message {
  readonly text: string
  readonly blocks: KnownBlock[]
}

/** Slack's limits: "Block Kit reference", "Formatting text for app surfaces". */
const limits = {
  section: 3000,
  /** Of one text in a message of 50 blocks, or in a view of 100. */
  sections: 30,
  field: 2000,
  header: 150,
  button: 75,
  elements: 25,
  contextElements: 10,
}

/** Rows of a list that one message shows: Slack takes 50 blocks, and a list has a head, notes and buttons. */
export const mostRows = 40

/** The longest value of a button ("Block Kit reference: button"). */
export const longestValue = 2000

/** Cannot be seen, and keeps a sign from meaning something; whoever copies it here gives it back without. */
const JOINER = '\u2060'
/** `:fire:`, and `:100:` in an address of IPv6. */
const shortcode = /:(?=[\p{L}\p{N}_+'-]+:)/gu
/** Bold, italic and struck text: a sign where no word precedes begins it, the same sign where no word follows ends it. */
const formatting = [
  { sign: '*', begins: /(?<![\p{L}\p{N}])\*(?=\S)/u, ends: /(?<=\S)\*(?![\p{L}\p{N}])/gu },
  { sign: '_', begins: /(?<![\p{L}\p{N}])_(?=\S)/u, ends: /(?<=\S)_(?![\p{L}\p{N}])/gu },
  { sign: '~', begins: /(?<![\p{L}\p{N}])~(?=\S)/u, ends: /(?<=\S)~(?![\p{L}\p{N}])/gu },
]
/** Marks that change the direction of what follows: a name with one would turn around the amount behind it. */
const directions = /[\u202A-\u202E\u2066-\u2069]/g
/** Slack reads it as a quotation, escaped too. */
const quotation = /^(\s*)(?=&gt;)/gm

/**
 * Makes outside text safe to place in mrkdwn: `<!channel>` in a company's name pings nobody, `:fire:` burns nothing, and
 * `*Acme*` is not bold. Source of the three characters: "Formatting text for app surfaces"; the other signs have no
 * escape there.
 */
export function escapeText(text: unknown): string {
  // Backticks go first: inside a code span the other signs mean nothing, and without it they do.
  return withoutFormatting(escapeSigns(text).replaceAll('`', "'"))
    .replace(shortcode, `:${JOINER}`)
    .replace(quotation, `$1${JOINER}`)
}

/** Takes the meaning from each sign between the first that begins formatting and the last that ends it. */
function withoutFormatting(text: string): string {
  return formatting.reduce((shown, { sign, begins, ends }) => {
    const first = shown.search(begins)
    const last = [...shown.matchAll(ends)].at(-1)?.index ?? -1
    if (first < 0 || last < first + 2) return shown
    const formatted = shown.slice(first, last + 1).replaceAll(sign, `${JOINER}${sign}${JOINER}`)
    return shown.slice(0, first) + formatted + shown.slice(last + 1)
  }, text)
}

/** A name from outside within a sentence of ours that `escapeSentence` makes safe: it is neither formatting nor code. */
export function nameInSentence(name: string): string {
  return withoutFormatting(name.replaceAll('`', "'"))
}

/** A sentence of ours that may name something from outside: its code spans stay, nothing in it is a mention or an emoji. */
export function escapeSentence(sentence: string): string {
  return escapeSigns(sentence).replace(shortcode, `:${JOINER}`)
}

function escapeSigns(text: unknown): string {
  return String(text ?? '')
    .replace(directions, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
}

/** Outside text in a code span, where Slack reads nothing else; a backtick would end it, so it becomes an apostrophe. */
export function code(text: unknown): string {
  return `\`${escapeSigns(text).replaceAll('`', "'")}\``
}

/**
 * A date that each reader sees in their own time zone.
 * @param when ISO string, Date or milliseconds since the epoch; anything else is shown as it is
 * @param format Slack's date tokens
 */
export function date(when: unknown, format = '{date_short_pretty}'): string {
  const parsed = when instanceof Date ? when : new Date(typeof when === 'number' ? when : String(when ?? ''))
  if (Number.isNaN(parsed.getTime())) return escapeText(when ?? 'unknown')
  return `<!date^${Math.floor(parsed.getTime() / 1000)}^${format}|${momentText(parsed)}>`
}

/** A moment of a reader's own day. */
export function moment(when: Date | string): string {
  return date(when, '{date_short_pretty} {time}')
}

/** Half of a character at the end of a text: of a pair, as in an emoji, or of what was escaped. */
const half = /[\uD800-\uDBFF]$|&(?:a|am|amp|l|lt|g|gt)?$/

/** Cuts text to what Slack takes, with an ellipsis that says so. Nothing is cut in the middle of a character. */
export function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).replace(half, '')}…`
}

/** Returns a text that begins with a capital, such as a sentence. */
export function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** "1 mailbox", "12 mailboxes". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

/** " and 1000 more" */
const REST = 20

/**
 * Names in a row, as many as fit; how many more there are is said.
 * @param names escaped mrkdwn
 * @param length characters, what is said of the rest included
 */
export function listed(names: readonly string[], length: number, between = ', '): string {
  const whole = names.join(between)
  if (whole.length <= length) return whole
  let shown = ''
  let count = 0
  for (const name of names) {
    const longer = count === 0 ? name : `${shown}${between}${name}`
    if (longer.length + REST > length) break
    shown = longer
    count++
  }
  return `${shown}${between === ', ' ? ' ' : between}and ${names.length - count} more`.trim()
}

/**
 * A `plain_text` object of at most `length` characters, in which `:fire:` is no emoji; a dash where there is none: Slack
 * takes no empty one.
 */
export function plain(text: string, length = limits.button): PlainTextElement {
  return { type: 'plain_text', text: cut(text.replace(directions, ''), length).trim() || '–', emoji: false }
}

/** mrkdwn in which only what is written as a link or a mention is one: no address or name in it becomes one by itself. */
function mrkdwnObject(text: string, length: number): MrkdwnElement {
  return { type: 'mrkdwn', text: cut(text, length), verbatim: true }
}

/** A paragraph of mrkdwn, with a button or menu beside it if given. */
export function section(mrkdwn: string, accessory?: Button | Overflow): SectionBlock {
  const block: SectionBlock = { type: 'section', text: mrkdwnObject(mrkdwn, limits.section) }
  return accessory ? { ...block, accessory } : block
}

/** Lines in as few paragraphs as they fit into. */
export function sections(lines: readonly string[], between = '\n'): SectionBlock[] {
  const paragraphs: string[] = []
  for (const line of lines) {
    const last = paragraphs.at(-1)
    if (last !== undefined && last.length + between.length + line.length <= limits.section)
      paragraphs[paragraphs.length - 1] = `${last}${between}${line}`
    else paragraphs.push(line)
  }
  return paragraphs.map((paragraph) => section(paragraph))
}

/** A text in as many paragraphs as it takes. Nothing of it is lost: of a text beyond every bound it is said how much. */
export function paragraphs(mrkdwn: string): SectionBlock[] {
  const blocks = sections(mrkdwn.split('\n').flatMap(pieces))
  if (blocks.length <= limits.sections) return blocks
  const left = blocks.slice(limits.sections - 1).reduce((sum, { text }) => sum + (text?.text.length ?? 0), 0)
  return [...blocks.slice(0, limits.sections - 1), section(`_${left} more characters are not shown._`)]
}

/** A line cut where words end, and never within what was escaped. */
function pieces(line: string): string[] {
  if (line.length <= limits.section) return [line]
  const space = line.lastIndexOf(' ', limits.section)
  const at = space > limits.section / 2 ? space : limits.section - 10
  const whole =
    at === space ? at : at - (/&[a-z]{0,3}$|[\uD800-\uDBFF]$/.exec(line.slice(0, at))?.[0].length ?? 0)
  return [line.slice(0, whole), ...pieces(line.slice(whole).trimStart())]
}

/**
 * Label and value pairs in two columns; pairs without a value are left out. Slack takes ten a section, so
 * more become further sections.
 * @param pairs label → mrkdwn that is already escaped
 */
export function fields(pairs: Record<string, string | undefined>): SectionBlock[] {
  const filled = Object.entries(pairs).filter(([, value]) => value)
  const sections: SectionBlock[] = []
  for (let from = 0; from < filled.length; from += 10) {
    sections.push({
      type: 'section',
      fields: filled
        .slice(from, from + 10)
        .map(([label, value]) => mrkdwnObject(`*${label}*\n${value}`, limits.field)),
    })
  }
  return sections
}

/** Small grey print below a message. */
export function context(...mrkdwn: string[]): ContextBlock {
  return {
    type: 'context',
    elements: mrkdwn.slice(0, limits.contextElements).map((text) => mrkdwnObject(text, limits.section)),
  }
}

/** A heading in plain text: nothing in it is interpreted, so nothing needs escaping. */
export function header(text: string): HeaderBlock {
  return { type: 'header', text: plain(text, limits.header) }
}

/** A row of buttons. */
export function actions(...buttons: Button[]): ActionsBlock {
  return { type: 'actions', elements: buttons.slice(0, limits.elements) }
}

/**
 * A button. `actionId` is `noun.verb`, with `:something` behind it where one message has it twice; `value`
 * is an id of something stored, never a secret or a payload.
 */
export function button(options: {
  readonly text: string
  readonly actionId: string
  readonly value?: string | undefined
  readonly style?: 'primary' | 'danger' | undefined
  readonly url?: string | undefined
  readonly confirm?: ConfirmationDialog | undefined
}): Button {
  return {
    type: 'button',
    text: plain(options.text),
    action_id: options.actionId,
    ...(options.value && { value: options.value }),
    ...(options.style && { style: options.style }),
    ...(options.url && { url: options.url }),
    ...(options.confirm && { confirm: options.confirm }),
  }
}

/** Behind the `:` of an action_id: what it leads to takes the place of the form in which it is pressed. */
export const inPlaceSuffix = 'instead'

/** An option of a select. Its text is cut to Slack's 75 characters; its value never: that would be another one. */
export function option(text: string, value: string): PlainTextOption {
  return { text: plain(text, 75), value }
}
