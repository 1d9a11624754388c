import { readdirSync } from 'node:fs'
import { parseFileSync } from '@swc/core'
import { eventMessage } from './alerts/messages/event-message.ts'
import { sampleData } from './alerts/routing/samples.ts'
import { webhookEvents } from './cmr/events/index.ts'
import { declaredCommands } from './command-list.ts'
import { commandHelp } from './commands/help.ts'
import { said } from './commands/help-fields.ts'
import type { Message } from './slack/blocks.ts'

/** Where `npm run docs` puts the sheet. */
export const textDocsFile = new URL('../docs/texts.md', import.meta.url)

/** Files whose texts nobody reads in Slack: what imitates CMR and Slack, tables of words and patterns, other docs. */
const elsewhere =
  /^(sandbox|playground|store|process|http)\/|^(docs|texts|audit-verify|migrate)[.]ts$|\/(docs|redact|scrub|event-data|country-codes|requests|vocabulary)[.]ts$/
/** Methods whose words go to a database, a log or a comparison. */
const unread =
  /^(select|where|whereRef|on|onRef|orderBy|groupBy|innerJoin|leftJoin|values|eb|and|or|debug|info|warn|error|fatal|trace|includes|startsWith|endsWith|replaceAll|replace|split|get|has|test)$/
/** Several words, or one with a capital. */
const isText = (text: string) =>
  (/\p{L}.*\s.*\p{L}/su.test(text) && !/^\S*=\{/.test(text)) || /^\p{Lu}\p{Ll}+[.?!…]?$/u.test(text)

/** A node of swc's syntax tree, which has more of them than are told apart here. */
interface Node {
  readonly type: string
  readonly value?: unknown
  readonly operator?: string
  readonly quasis?: readonly { readonly cooked: string }[]
  readonly expressions?: readonly Node[]
  readonly callee?: Node
  readonly arguments?: readonly { readonly expression: Node }[]
  readonly property?: Node
}

/** Returns every text that people read, on one sheet. */
export function renderTextDocs(): string {
  const commands = [...declaredCommands().nouns.values()]
    .flat()
    .map((one) => `### ${said(one)}\n\n${shown(commandHelp(one))}`)
  const now = new Date('2026-06-01T12:00:00Z')
  const alerts = Object.entries(webhookEvents).map(([event, { severity }]) => {
    const data = sampleData(event, {}, now)
    return `### ${event}\n\n${shown(eventMessage({ event, eventId: 'e1', data, severity }))}`
  })
  const files = readdirSync(new URL('.', import.meta.url), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !elsewhere.test(file))
    .toSorted()
  return `# What the bot says

Written by \`npm run docs\` from the declarations and the messages in \`src\`; a test fails when it is stale. Read it whole
before a release: it should sound like one person. \`{…}\` is a value.

## Help

${commands.join('\n\n')}

## Alerts

${alerts.join('\n\n')}

## Messages

${files.flatMap(fileTexts).join('\n\n')}
`
}

/** Returns all that a message shows, a line for each text in it. */
function shown({ blocks }: Message): string {
  const texts: string[] = []
  JSON.stringify(blocks, (name, value) => {
    if ((name === 'text' || name === 'title') && typeof value === 'string') texts.push(value)
    return value
  })
  const plain = texts.map((text) => text.replace(/<!date[^|]*\|([^>]*)>/g, '$1').replaceAll('&lt;', '<'))
  return plain.map((text) => `- ${text.replaceAll('\n', '\n  ')}`).join('\n')
}

function fileTexts(file: string): string[] {
  const module = parseFileSync(new URL(file, import.meta.url).pathname, {
    syntax: 'typescript',
    target: 'esnext',
  })
  const texts = [...new Set(textsIn(module))]
  return texts.length > 0 ? [`### ${file}\n\n${texts.map((text) => `- ${text}`).join('\n')}`] : []
}

/** Returns the texts below a node that are no names of modules, types or methods, in their order. */
function textsIn(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(textsIn)
  if (!isNode(node)) return typeof node === 'object' && node ? Object.values(node).flatMap(textsIn) : []
  const { type, value, operator, quasis = [], expressions = [], callee } = node
  if (/^(Import|Export(All|Named)|Ts(?!As|Satisfies|NonNull)|TaggedTemplate)/.test(type)) return []
  if (type === 'BinaryExpression' && operator?.includes('=')) return []
  if (type === 'CallExpression' && unread.test(nameOf(callee) ?? '')) return textsIn(callee)
  const text =
    type === 'StringLiteral'
      ? String(value)
      : quasis.map(({ cooked }, at) => cooked + hole(expressions[at])).join('')
  return [
    ...(isText(text.replaceAll(/\{.*?\}/g, '')) ? [text.replaceAll('\n', '⏎')] : []),
    ...Object.values(node).flatMap(textsIn),
  ]
}

function hole(node: Node | undefined): string {
  return node ? `{${nameOf(node) ?? '…'}}` : ''
}

/** Returns the last name in an expression: that of a property, of what is put into another form, or of a function. */
function nameOf(node: Node | undefined): string | undefined {
  if (node?.type === 'MemberExpression') return nameOf(node.property)
  if (node?.type === 'CallExpression') return nameOf(node.arguments?.[0]?.expression) ?? nameOf(node.callee)
  return node?.type === 'Identifier' ? String(node.value) : undefined
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string'
}
