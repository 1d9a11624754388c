import { writeFileSync } from 'node:fs'
import { fieldsOf } from './corrections.ts'
import type { Endpoint } from './endpoint.ts'
import { sections } from './endpoints/index.ts'
import { webhookEvents } from './webhook-events.ts'

/** Where `npm run docs` puts the table. */
export const docsFile = new URL('../../docs/endpoints.md', import.meta.url)

/** The table of all endpoints and events, written from their declarations. */
export function renderEndpointDocs(): string {
  const parts = Object.entries(sections).map(([name, section]) => {
    const rows = (Object.values(section) as Endpoint[]).map(row)
    return `## ${name}\n\n| id | CMR's page | request | effect | source | ends with |\n|---|---|---|---|---|---|\n${rows.join('\n')}\n`
  })
  const events = Object.entries(webhookEvents).map(
    ([name, { severity, tells, data }]) =>
      `| \`${name}\` | ${severity} | ${tells} | ${Object.keys(data.shape).join(', ')} |`,
  )
  return [
    '# Endpoints and events of CMR\n',
    'Written by `npm run docs` from `src/cmr/endpoints`; a test fails when it is stale. `inferred` means that CMR',
    'does not document path or body: the live API is right, and `CMR_ENDPOINTS_FILE` corrects us without a release.',
    '`*` marks what is required.\n',
    ...parts,
    `## Webhook events\n\n| event | severity | tells | data |\n|---|---|---|---|\n${events.join('\n')}\n`,
  ].join('\n')
}

function row(endpoint: Endpoint): string {
  const ends = endpoint.endsWith.map((name) => `\`${name}\``).join(' ')
  const note = endpoint.note && ` ${endpoint.note}`
  const request = `\`${endpoint.method} ${endpoint.path}\` ${fields(endpoint)}${note}`
  return `| \`${endpoint.id}\` | ${endpoint.page} | ${request} | ${endpoint.effect} | ${endpoint.source} | ${ends} |`
}

function fields(endpoint: Endpoint): string {
  return Object.entries(fieldsOf(endpoint))
    .map(([name, field]) => `${name}${field.safeParse(undefined).success ? '' : '*'}`)
    .join(', ')
}

if (import.meta.main) writeFileSync(docsFile, renderEndpointDocs())
