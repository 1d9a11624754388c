import type { KnownBlock } from '@slack/types'
import {
  actions,
  button,
  code,
  context,
  cut,
  escapeText,
  header,
  type Message,
  section,
  sections,
} from '../slack/blocks.ts'
import { type Command, idOf } from './command.ts'
import { fieldsOf } from './field.ts'
import { exampleOf, fieldHelp, said, technicalHelp } from './help-fields.ts'

type Nouns = ReadonlyMap<string, readonly Command[]>

/** What `help` shows beyond what most people come for. */
export interface HelpOptions {
  /** What *More* was pressed for: rare verbs, and the names that CMR's API has. */
  readonly more?: boolean
}

/** Something that could be typed, for where the usage alone leaves one guessing; mrkdwn. */
export function exampleLines(command: Command): string[] {
  return command.example ? [`Example: ${code(exampleOf(command))}`] : []
}

const marks = { read: '', write: 'Makes a change', charge: 'Costs money', destroy: 'Cannot be undone' }

/** What people come for, each noun with what it is about. A noun without verbs says what it does. */
export const groups: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'Look something up': {
    find: 'Find anything by a part of its name, address or id',
    diagnose: 'Find out why something is not sending, with the button that fixes it',
    users: 'Customers',
    geo: 'Countries and states that CMR accepts',
  },
  'Order and set up': {
    orders: 'Order domains and mailboxes, and follow orders',
    domains: 'Domains: names, renewal, forwarding',
    dns: 'DNS records, and what mail needs',
    prewarm: 'Domains with mailboxes that are warmed up already',
  },
  'Run mailboxes': {
    mailboxes: 'Mailboxes',
    warmup: 'Warm-up of mailboxes',
    placement: 'Tests of whether mail reaches the inbox',
    exports: 'Export mailboxes to sending platforms',
  },
  Money: {
    renewals: 'What renews, what it costs, and how long the wallet lasts',
    subscriptions: 'Subscriptions that pay for mailboxes',
    wallet: 'Show the wallet',
  },
  Alerts: {
    digest: 'A summary in a channel every morning',
    alerts: 'Which alerts go to which channel; mute and acknowledge them',
    subscribe: 'Send alerts to this channel',
    unsubscribe: 'Stop alerts in this channel',
    events: 'Everything that CMR has reported',
  },
  'Who may do what': {
    access: 'Roles, limits and the budget',
    approvals: 'Requests that need somebody else’s approval',
    freeze: 'Stop everything that charges or cannot be undone',
    unfreeze: 'Allow it again',
    audit: 'Who did what',
  },
  'The bot': {
    operations: 'What was sent to CMR and is not finished',
    imports: 'CSV files that were imported',
    errors: 'Report a problem to CMR’s support',
    status: 'Show what works',
    help: 'Show help',
  },
}

/** `/cmr help`: every noun with its verbs. */
export function helpMessage(nouns: Nouns, options: HelpOptions = {}): Message {
  const all = [...nouns.values()].flat()
  return {
    text: 'Commands of /cmr',
    blocks: [
      header('What you can do'),
      ...Object.entries(groups).flatMap(([title, members]) => {
        const known = Object.entries(members).filter(([noun]) => nouns.has(noun))
        const lines = known.map(
          ([noun, about]) => `\`${noun}\`  ${about}${verbsOf(nouns.get(noun), options)}`,
        )
        return lines.length > 0 ? [section(cut(`*${title}*\n${lines.join('\n')}`, 3000))] : []
      }),
      context(
        'Example: `/cmr find` and a part of a name · `/cmr orders create` opens a form · `/cmr help orders` explains orders · you see only what your role allows',
      ),
      ...moreButton(all, '', options),
    ],
  }
}

function verbsOf(commands: readonly Command[] = [], options: HelpOptions): string {
  if (commands[0]?.isOnlyVerb) return ''
  return `: ${shownOf(commands, options)
    .map(({ verb }) => verb)
    .join(', ')}`
}

/** `/cmr help money`: the nouns of a group, each with what it does. */
export function groupHelp(title: string, nouns: Nouns, options: HelpOptions = {}): Message {
  const members = Object.keys(groups[title] ?? {}).filter((noun) => nouns.has(noun))
  const blocks = members.map((noun) => {
    const lines = shownOf(nouns.get(noun), options).map(
      (one) => `${code(said(one))}  ${escapeText(one.summary)}`,
    )
    return section(cut(`*${noun}*\n${lines.join('\n')}`, 3000))
  })
  const all = members.flatMap((noun) => nouns.get(noun) ?? [])
  return {
    text: `Help on ${title}`,
    blocks: [header(title), ...blocks, ...moreButton(all, title.toLowerCase(), options)],
  }
}

/** `/cmr help users`: each verb of a noun with an example. */
export function nounHelp(noun: string, commands: readonly Command[], options: HelpOptions = {}): Message {
  const about = Object.values(groups).find((members) => members[noun])?.[noun] ?? noun
  return {
    text: `Help on ${noun}`,
    blocks: [
      header(about),
      ...shownOf(commands, options).map((command) => section(inShort(command))),
      context(`\`/cmr help ${noun} ${commands[0]?.verb}\` explains one of them, with everything it takes`),
      ...moreButton(commands, noun, options),
    ],
  }
}

/** `/cmr help users create`: what a command does, an example, and all that it takes. */
export function commandHelp(command: Command, options: HelpOptions = {}): Message {
  const { noun, verb, summary, effect, about = `${summary}.` } = command
  const mark = marks[effect] && ` *${marks[effect]}.*`
  const isForm = fieldsOf(command.input).some(({ always, hidden }) => always && !hidden)
  const open = button({ text: 'Open form', actionId: idOf(command), style: 'primary' })
  const more = button({ text: 'More', actionId: 'help.show:more', value: `${noun} ${verb} --more` })
  const buttons = [...(isForm ? [open] : []), ...(options.more ? [] : [more])]
  return {
    text: `Help on ${noun} ${verb}`,
    blocks: [
      header(summary),
      section(`${escapeText(about)}${mark}\nExample: ${code(exampleOf(command))}`),
      ...sections(fieldHelp(command)),
      ...(options.more ? [section(technicalHelp(command))] : []),
      ...(buttons.length > 0 ? [actions(...buttons)] : []),
    ],
  }
}

function inShort(command: Command): string {
  const { summary, about, effect } = command
  const lines = [
    [`*${escapeText(summary)}*`, marks[effect].toLowerCase()].filter(Boolean).join(' · '),
    ...(about ? [escapeText(about)] : []),
    code(exampleOf(command)),
  ]
  return cut(lines.join('\n'), 3000)
}

/** Returns whether most people need not know of a command. */
export function isRare({ rare, variantOf }: Command): boolean {
  return rare === true || variantOf !== undefined
}

function shownOf(commands: readonly Command[] = [], { more }: HelpOptions): readonly Command[] {
  return more ? commands : commands.filter((command) => !isRare(command))
}

function moreButton(commands: readonly Command[], about: string, { more }: HelpOptions): KnownBlock[] {
  if (more || !commands.some(isRare)) return []
  return [actions(button({ text: 'More', actionId: 'help.show:more', value: `${about} --more`.trim() }))]
}

/** Bare `/cmr` and App Home: the things done most, as buttons. */
export function launcher(): Message {
  return {
    text: 'What would you like to do?',
    blocks: [
      section('*What would you like to do?*'),
      actions(
        button({ text: 'Find', actionId: 'find.show', style: 'primary' }),
        button({ text: 'Order domains', actionId: 'orders.create' }),
        button({ text: 'Order mailboxes', actionId: 'orders.mailboxes' }),
        button({ text: 'Create customer', actionId: 'users.create' }),
      ),
      actions(
        button({ text: 'Renewals', actionId: 'renewals.list' }),
        button({ text: 'Wallet', actionId: 'wallet.get' }),
        button({ text: 'Open operations', actionId: 'operations.list' }),
        button({ text: 'Alerts', actionId: 'alerts.list' }),
        button({ text: 'Status', actionId: 'status.show' }),
        button({ text: 'Help', actionId: 'help.show' }),
      ),
      context('Or type it: `/cmr find` and the name of a customer · `/cmr orders create` · `/cmr help`'),
    ],
  }
}
