import { fieldsOf } from './corrections.ts'
import { type Endpoint, inferredOf } from './endpoint.ts'
import { sections } from './endpoints/index.ts'
import { webhookEvents } from './events/index.ts'

/** Where `npm run docs` puts the table. */
export const docsFile = new URL('../../docs/endpoints.md', import.meta.url)

/** The table of all endpoints and events, written from their declarations. */
export function renderEndpointDocs(): string {
  const parts = Object.entries(sections).map(([name, section]) => {
    const rows = (Object.values(section) as Endpoint[]).map(row)
    return `## ${name}\n\n| id | CMR's page | request | effect | source | narrowed by | ends with |\n|---|---|---|---|---|---|---|\n${rows.join('\n')}\n`
  })
  const events = Object.entries(webhookEvents).map(
    ([name, { severity, title, data }]) =>
      `| \`${name}\` | ${severity} | ${title} | ${Object.keys(data.shape).join(', ')} |`,
  )
  return [
    '# Endpoints and events of CMR\n',
    'Written by `npm run docs` from `src/cmr/endpoints`; a test fails when it is stale. `*` marks what is required.\n',
    '**source** tells what CMR documents. *documented*: the path and every field. *partly documented*: all but the parts',
    'that are named, which are inferred. *inferred*: only the name of the page is known. Where something is inferred the',
    'live API is right, and `CMR_ENDPOINTS_FILE` corrects us without a release. `npm run doctor` lists what is inferred',
    'and in use.\n',
    '**narrowed by** names the fields that say what a request acts on. No write leaves while they hold nothing. Where it',
    'says *else everything*, CMR would act on all that the user has.\n',
    ...parts,
    `## Webhook events\n\n| event | severity | means | data |\n|---|---|---|---|\n${events.join('\n')}\n`,
  ].join('\n')
}

function row(endpoint: Endpoint): string {
  const ends = endpoint.endsWith.map((name) => `\`${name}\``).join(' ')
  const note = endpoint.note && ` ${endpoint.note}`
  const request = `\`${endpoint.method} ${endpoint.path}\` ${fields(endpoint)}${note}`
  return `| \`${endpoint.id}\` | ${endpoint.page} | ${request} | ${endpoint.effect} | ${source(endpoint)} | ${narrowing(endpoint)} | ${ends} |`
}

function source(endpoint: Endpoint): string {
  const inferred = inferredOf(endpoint)
  if (inferred === undefined) return 'documented'
  if (inferred === 'everything') return 'inferred'
  return `partly documented; inferred: ${endpoint.inferred.map((part) => `\`${part}\``).join(', ')}`
}

function narrowing({ narrowedBy, withoutItems }: Endpoint): string {
  const names = narrowedBy.map((name) => `\`${name}\``).join(' or ')
  return withoutItems === 'everything' ? `${names}, else everything` : names
}

function fields(endpoint: Endpoint): string {
  return Object.entries(fieldsOf(endpoint))
    .map(([name, field]) => `${name}${field.safeParse(undefined).success ? '' : '*'}`)
    .join(', ')
}
