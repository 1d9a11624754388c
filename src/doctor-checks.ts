import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { commandsInUse } from './access/audit/audit-store.ts'
import { createCmr } from './cmr/client.ts'
import { type Corrections, readCorrections } from './cmr/corrections.ts'
import { GUESSED_WARMUP_CENTS, money } from './cmr/money.ts'
import { declaredCommands } from './command-list.ts'
import { webhookSilence } from './commands/dashboard.ts'
import { type Config, EX_CONFIG, parseConfig, sandboxIn } from './config.ts'
import { inferredReport, outsideReport, postingPlaces } from './doctor-reports.ts'
import { lastSignature, refusalRows, refusalSentence } from './events/signatures.ts'
import { lastEventAt } from './events/store/events.ts'
import { checkAlertsChannel } from './health-checks.ts'
import { momentText } from './process/day-text.ts'
import { createChannels } from './slack/channels.ts'
import { createSlackClient } from './slack/client.ts'
import { createOutsideReaders } from './slack/outside-readers.ts'
import { openStore, type Store } from './store/store.ts'

/** What a check comes to: a sentence, or an Error that says what to fix. */
type DoctorCheck = () => Promise<string | Warning>

/** Nothing is broken, but somebody should know. */
interface Warning {
  readonly warning: string
}

const manifestFile = new URL('../manifest.yml', import.meta.url)

/** More than this and signatures are refused. */
const CLOCK_MS = 60_000

/**
 * Checks the settings, what they lead to, and what has come so far, one after the other.
 * @param print takes the lines, one for each check and one for what they come to
 * @returns the exit code: 0 where nothing is to fix, 78 where the settings themselves cannot be used
 */
export async function runDoctor(env: NodeJS.ProcessEnv, print: (line: string) => void): Promise<number> {
  const parsed = parseConfig(env)
  if (!parsed.ok) {
    for (const { name, expected } of parsed.faults) print(`✗ ${name}: expected ${expected}`)
    return EX_CONFIG
  }
  const read = readCorrections(parsed.config.CMR_ENDPOINTS_FILE)
  if (!read.ok) {
    for (const fault of read.faults) print(`✗ CMR_ENDPOINTS_FILE: ${fault}`)
    return EX_CONFIG
  }
  const failures = await examine(checksOf(parsed.config, parsed.warnings, read.corrections), print)
  print(failures ? `\n${failures} to fix.` : '\nAll is well.')
  return failures ? 1 : 0
}

async function examine(checks: Record<string, DoctorCheck>, print: (line: string) => void): Promise<number> {
  let failures = 0
  for (const [name, look] of Object.entries(checks)) {
    try {
      const seen = await look()
      print(typeof seen === 'string' ? `✓ ${name}: ${seen}` : `! ${name}: ${seen.warning}`)
    } catch (error) {
      failures++
      print(`✗ ${name}: ${error instanceof Error ? error.message : error}`)
    }
  }
  return failures
}

function checksOf(
  config: Config,
  warnings: readonly string[],
  corrections: Corrections,
): Record<string, DoctorCheck> {
  const slack = createSlackClient(config)
  const inStore = async <Found>(read: (store: Store) => Promise<Found>): Promise<Found> => {
    const store = await openStore(config.DATABASE_URL)
    return read(store).finally(() => store.close())
  }
  const manifest = parse(readFileSync(manifestFile, 'utf8'))
  const cmr = createCmr({
    apiKey: config.CMR_API_KEY,
    apiUrl: config.CMR_API_URL,
    sandbox: sandboxIn(config),
    corrections,
  })

  return {
    'Bot token and scopes': async () => {
      const answer = await slack.auth.test()
      const granted = answer.response_metadata?.scopes
      const missing = (manifest.oauth_config.scopes.bot as string[]).filter(
        (scope) => granted && !granted.includes(scope),
      )
      if (missing.length)
        throw new Error(`the app lacks ${missing.join(', ')}: add them under OAuth & Permissions, reinstall`)
      return `${answer.user} in ${answer.team}${granted ? '' : ' (this Slack does not report its scopes)'}`
    },
    'Who is a member': async () => {
      const { user_id = '', team } = await slack.auth.test()
      await slack.users.info({ user: user_id }).catch((error: { data?: { error?: string } }) => {
        if (error.data?.error !== 'missing_scope') throw error
        throw new Error(
          'the app lacks users:read, so that only CMR_ADMINS get in: add it under OAuth & Permissions, reinstall',
        )
      })
      return `Slack reports it; only full members of ${team} get in`
    },
    'Signing secret': async () => {
      if (config.SLACK_APP_TOKEN) return 'not needed in Socket Mode'
      if (!/^[0-9a-f]{32}$/.test(config.SLACK_SIGNING_SECRET ?? '')) {
        throw new Error('Slack’s are 32 hexadecimal digits: copy it from Basic Information → App Credentials')
      }
      return 'looks right; only a signed request can prove it'
    },
    'App token': async () => {
      if (!config.SLACK_APP_TOKEN) return 'not set: HTTP mode'
      await createSlackClient({ ...config, SLACK_BOT_TOKEN: config.SLACK_APP_TOKEN }).apps.connections.open(
        {},
      )
      return 'opens connections'
    },
    'Alerts channel': () => checkAlertsChannel(slack, createChannels(slack), config.CMR_ALERTS_CHANNEL),
    'Readers from outside': async () => {
      const alerts = config.CMR_ALERTS_CHANNEL
      const id =
        alerts &&
        (await createChannels(slack)
          .idOf(alerts)
          .catch(() => undefined))
      const places = await inStore(({ db }) =>
        postingPlaces(db, id && alerts ? { id, name: alerts } : undefined),
      )
      return outsideReport(createOutsideReaders(slack), places)
    },
    'CMR API key': () =>
      cmr.geo.countries().then(({ data }) => `CMR answers (${Object.keys(data).length} countries)`),
    'CMR’s own sandbox': async () => {
      const { CMR_SANDBOX_API_KEY: key, CMR_SANDBOX_API_URL: url } = config
      if (!key && !url) return 'not set: the commands prewarm sandbox-… say so'
      if (!key || !url) throw new Error(`${key ? 'CMR_SANDBOX_API_URL' : 'CMR_SANDBOX_API_KEY'} is missing`)
      return cmr.prewarm['sandbox-list']({ query: { limit: 1 } }).then(() => 'answers')
    },
    'List prices': async () => {
      const { CMR_MAILBOX_PRICE: first, CMR_MAILBOX_PRICE_AFTER_YEAR: later } = config
      const warmup = config.CMR_WARMUP_PRICE
      const guess =
        ', a guess: CMR’s documentation does not say. Set CMR_WARMUP_PRICE to what CMR’s dashboard shows'
      return `mailbox ${money(first)} a month, ${money(later)} after a year; warm-up ${money(warmup ?? GUESSED_WARMUP_CENTS)}${warmup === undefined ? guess : ''}`
    },
    'Database address': () => inStore((store) => store.ping().then(() => `${store.dialect}, writable`)),
    'Secret of webhooks': async () => {
      const [warning] = warnings
      if (warning) throw new Error(warning)
      const secrets = config.CMR_WEBHOOK_SECRET
      if (!secrets) return 'one, CMR_API_KEY: CMR_WEBHOOK_SECRET is not set'
      return secrets.length === 1
        ? 'one, from CMR_WEBHOOK_SECRET'
        : 'two, from CMR_WEBHOOK_SECRET: a comma separates them, so none of them can hold one'
    },
    'Signature of webhooks': async () => {
      const seen = await inStore(({ db }) => lastSignature(db))
      const only = config.CMR_WEBHOOK_SIGNATURE
      if (!seen) return only ? `none has come yet; only ${only} is taken` : 'none has come yet'
      const last = `last seen ${momentText(seen.seen_at)} as ${seen.variant}`
      if (only && only !== seen.variant) throw new Error(`${last}, but only ${only} is taken`)
      return only
        ? `${last}; no other is taken`
        : `${last}; CMR_WEBHOOK_SIGNATURE=${seen.variant} takes no other`
    },
    'Last webhook': async () => {
      const last = await inStore(({ db }) => lastEventAt(db))
      return webhookSilence(last, new Date()) ?? `the last one came ${momentText(last ?? '')}`
    },
    'Refused webhooks': async () => {
      const [last, ...others] = await inStore(({ db }) => refusalRows(db))
      const acceptedAt = await inStore(({ db }) => lastEventAt(db))
      if (!last) return 'none so far'
      const all = [last, ...others].reduce((sum, { refused }) => sum + refused, 0)
      // What was refused and is accepted since then is mended.
      if (acceptedAt && acceptedAt.toISOString() > last.last_at) return `${all} so far, and accepted since`
      throw new Error(refusalSentence(last.kind, last.refused, last.last_at))
    },
    'Clock of this machine': async () => {
      const response = await fetch(config.SLACK_API_URL ?? 'https://slack.com/api/', {
        method: 'POST',
        signal: AbortSignal.timeout(10_000),
      })
      const off = Math.abs(Date.parse(response.headers.get('date') ?? '') - Date.now())
      if (!(off < CLOCK_MS))
        throw new Error(`${Math.round(off / 1000)} s off Slack’s: set it by NTP, or signatures are refused`)
      return `${Math.round(off / 1000)} s off Slack’s`
    },
    'manifest.yml': async () => {
      const [slash] = manifest.features.slash_commands
      const nouns = [...declaredCommands().nouns.keys()]
      const missing = nouns.filter((noun) => !String(slash.usage_hint).split(/\W+/).includes(noun))
      if (slash.command !== '/cmr' || !slash.should_escape)
        throw new Error('it must declare /cmr with should_escape: true')
      if (missing.length) throw new Error(`its usage_hint lacks ${missing.join(', ')}`)
      return `declares /cmr with ${nouns.join(', ')}`
    },
    'Inferred endpoints': async () =>
      inferredReport(await inStore(({ db }) => commandsInUse(db)), corrections),
  }
}
