import { z } from 'zod'
import { toCents } from './cmr/money.ts'
import { signatureVariants } from './cmr/webhooks.ts'
import { isTimeZone } from './process/clock.ts'

/** "3.00" becomes 300 cents. */
const price = z
  .string()
  .refine((amount) => (toCents(amount) ?? -1) >= 0, 'an amount in dollars such as 3.00')
  .transform((amount) => toCents(amount) ?? 0)
/** A whole number within bounds, in decimal digits only; every fault says what is expected. */
const whole = (expected: string, least: number, most: number) =>
  z
    .string(expected)
    .trim()
    .regex(/^-?\d+$/, expected)
    .transform(Number)
    .pipe(z.number().min(least, expected).max(most, expected))
const reminderDays = 'whole days from 1 to 90 such as 45,30,14,7,3,1, separated by commas'
const httpUrl = z.url({ protocol: /^https?$/, error: 'an http(s) URL' })
/** What goes into a header of HTTP, which takes neither spaces nor letters beyond ASCII. */
const key = (expected: string) => z.string(expected).regex(/^[\x21-\x7e]+$/, expected)
const signingSecrets =
  'the key of the webhook signature, or the old and the new one separated by a comma while it is rotated'
const auditKeys =
  'the key that seals the audit, or the new and the old one separated by a comma while it is changed'
const auditDays = 'whole days that the audit is kept, at least 30; 0 = forever'
const partnerKey = 'the partner key from the CMR dashboard, without spaces'

/** Items of a list with commas. An empty secret is none: anybody could sign with it. */
const itemsIn = (list: string) => list.split(',').flatMap((item) => item.trim() || [])

/**
 * The environment, variable by variable. Each message completes "NAME: expected …" and never repeats the
 * value, which may be a secret.
 */
const environment = z.object({
  SLACK_BOT_TOKEN: z
    .string('a bot token that starts with xoxb-')
    .regex(/^xoxb-[\x21-\x7e]+$/, 'a bot token that starts with xoxb-'),
  SLACK_SIGNING_SECRET: z.string().optional(),
  SLACK_APP_TOKEN: z
    .string()
    .regex(/^xapp-[\x21-\x7e]+$/, 'an app-level token that starts with xapp- (or leave it out: HTTP)')
    .optional(),
  SLACK_API_URL: httpUrl.optional(),
  CMR_API_KEY: key(partnerKey),
  CMR_API_URL: httpUrl.default('https://customers.coldmailreseller.com/api/v1/integration'),
  CMR_WEBHOOK_SECRET: z
    .string()
    .transform(itemsIn)
    .pipe(z.array(z.string()).min(1, signingSecrets).max(2, signingSecrets))
    .optional(),
  CMR_WEBHOOK_SIGNATURE: z.enum(signatureVariants, `one of ${signatureVariants.join(', ')}`).optional(),
  DATABASE_URL: z
    .string()
    .regex(/^(file:.+|postgres(ql)?:\/\/.+)$/, 'file:PATH or postgres://…')
    .default('file:./data/cmr.db'),
  PORT: whole('a port number from 0 to 65535', 0, 65_535).default(3000),
  HOST: z.string().default('0.0.0.0'),
  CMR_ADMINS: z
    .string()
    .default('')
    .transform(itemsIn)
    .pipe(
      z.array(z.string().regex(/^[UW][A-Z0-9]+$/, 'Slack user ids such as U012AB3CD, separated by commas')),
    ),
  CMR_DEFAULT_ROLE: z.enum(['none', 'viewer', 'operator'], 'none, viewer or operator').default('viewer'),
  CMR_AUDIT_KEY: z
    .string()
    .transform((list) => list.split(',').map((secret) => secret.trim()))
    .pipe(z.array(z.string().min(1, auditKeys)).max(2, auditKeys))
    .optional(),
  CMR_AUDIT_DAYS: whole(auditDays, 0, 36_500)
    .refine((days) => days === 0 || days >= 30, auditDays)
    .default(0),
  CMR_ALERTS_CHANNEL: z
    .string()
    .regex(/^(#\S+|[CG][A-Z0-9]+)$/, 'a channel id such as C012AB3CD, or #name')
    .optional(),
  CMR_ALERT_PACE_MS: whole('whole milliseconds, a minute at most', 0, 60_000).default(1000),
  CMR_ENDPOINTS_FILE: z.string().optional(),
  CMR_SANDBOX_API_KEY: key('the key of CMR’s own sandbox, without spaces').optional(),
  CMR_SANDBOX_API_URL: httpUrl.optional(),
  CMR_MAILBOX_PRICE: price.default(300),
  CMR_MAILBOX_PRICE_AFTER_YEAR: price.default(500),
  CMR_WARMUP_PRICE: price.optional(),
  CMR_TIMEZONE: z.string().refine(isTimeZone, 'an IANA time zone such as Europe/Berlin').default('UTC'),
  CMR_SYNC_INTERVAL: whole('whole seconds up to a day, 0 = off', 0, 86_400).default(300),
  CMR_REMINDER_DAYS: z
    .string()
    .default('45,30,14,7,3,1')
    .transform((list) => list.split(','))
    .pipe(z.array(whole(reminderDays, 1, 90)).min(1)),
  CMR_WALLET_DAYS: whole('whole days from 1 to 90', 1, 90).default(14),
  LOG_LEVEL: z
    .enum(
      ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
      'trace, debug, info, warn, error, fatal or silent',
    )
    .default('info'),
})

/** All settings of the bot, parsed. Names are those of the environment variables. */
export type Config = z.output<typeof environment>

/** sysexits.h: configuration error. */
export const EX_CONFIG = 78

/** CMR's own sandbox for pre-warmed mailboxes, where key and address are both set. */
export function sandboxIn({ CMR_SANDBOX_API_KEY: apiKey, CMR_SANDBOX_API_URL: apiUrl }: Config) {
  return apiKey && apiUrl ? { apiKey, apiUrl } : undefined
}

/** The keys that the audit is sealed with, the present one first. */
export function auditKeysIn({ CMR_AUDIT_KEY: keys, CMR_API_KEY: otherwise }: Config): readonly string[] {
  return keys ?? [otherwise]
}

/** The keys, tokens and passwords among the settings. */
export function secretsIn(config: Config): string[] {
  const password = URL.canParse(config.DATABASE_URL) ? new URL(config.DATABASE_URL).password : ''
  const given = [
    config.SLACK_BOT_TOKEN,
    config.SLACK_SIGNING_SECRET,
    config.SLACK_APP_TOKEN,
    config.CMR_API_KEY,
    config.CMR_SANDBOX_API_KEY,
    ...(config.CMR_WEBHOOK_SECRET ?? []),
    ...(config.CMR_AUDIT_KEY ?? []),
    password,
    decodeURIComponent(password),
  ]
  return given.filter((secret) => !!secret) as string[]
}

/** A variable that is missing or wrong, and what is expected of it; never its value. */
interface ConfigFault {
  readonly name: string
  readonly expected: string
}

/**
 * Parses the environment once, at start.
 * @param env usually `process.env`; an empty variable counts as not set, as in a `.env` line without value, and
 *   spaces around a value are none of it: a mounted secret ends with a line feed
 * @returns the settings and what is odd about them, or every fault at once
 */
export function parseConfig(
  env: Record<string, string | undefined>,
): { ok: true; config: Config; warnings: string[] } | { ok: false; faults: ConfigFault[] } {
  const given = givenIn(env)
  const parsed = environment.safeParse(given)
  const faults: ConfigFault[] = parsed.success
    ? []
    : parsed.error.issues.map((issue) => ({
        name: String(issue.path[0]),
        expected: issue.message,
      }))
  if (!given.SLACK_SIGNING_SECRET && !given.SLACK_APP_TOKEN) {
    faults.push({
      name: 'SLACK_SIGNING_SECRET',
      expected: 'the signing secret of the Slack app (or SLACK_APP_TOKEN for Socket Mode)',
    })
  }
  if (parsed.success && faults.length === 0)
    return { ok: true, config: parsed.data, warnings: warningsOf(given) }
  return {
    ok: false,
    faults: faults.filter((fault, at) => faults.findIndex((f) => f.name === fault.name) === at),
  }
}

function givenIn(env: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value?.trim() ? [[name, value.trim()]] : [])),
  )
}

/** Parses `DATABASE_URL` alone, for what needs no other setting. */
export function parseDatabaseUrl(
  env: Record<string, string | undefined>,
): { ok: true; url: string } | { ok: false; fault: ConfigFault } {
  const parsed = environment.shape.DATABASE_URL.safeParse(givenIn(env).DATABASE_URL)
  if (parsed.success) return { ok: true, url: parsed.data }
  return { ok: false, fault: { name: 'DATABASE_URL', expected: parsed.error.issues[0]?.message ?? '' } }
}

/** Codes of SQLite for a file that it cannot open, may not write or that is no database ("Result Codes"). */
const unusableFile = new Set([8, 14, 26])
/** Codes of PostgreSQL for a login that it refuses and a database that it does not have ("Error Codes"). */
const unusableDatabase = /^(28P01|28000|3D000)$/
const unusableFolder = /^(EACCES|EEXIST|ENOTDIR|EPERM|EROFS)$/

/**
 * Returns the setting that a failed start is due to; nothing for what may be over after a restart, such as a database
 * server that is still starting.
 * @param host that was to be listened on, where one was
 */
export function settingBehind(error: unknown, host?: string): ConfigFault | undefined {
  const {
    code = '',
    errcode,
    syscall,
    hostname,
  } = error as Partial<Record<'code' | 'syscall' | 'hostname', string>> & { errcode?: number }
  // The last byte of SQLite's code says what it is, those before it why ("Extended Result Codes").
  if (unusableFile.has((errcode ?? 0) & 0xff) || (syscall === 'mkdir' && unusableFolder.test(code)))
    return {
      name: 'DATABASE_URL',
      expected: 'file:PATH of a database, in a folder that the bot may write to',
    }
  if (unusableDatabase.test(code))
    return { name: 'DATABASE_URL', expected: 'postgres://… of a database that lets the bot in' }
  // A connection to a database has the same code where this machine has no port left for it.
  if ((code === 'EADDRNOTAVAIL' && syscall === 'listen') || (hostname !== undefined && hostname === host))
    return { name: 'HOST', expected: 'an address of this machine' }
  if (code === 'EACCES' && syscall === 'listen')
    return { name: 'PORT', expected: 'a port that the bot may listen on' }
  return undefined
}

/** A rotation whose other key is not set yet must not keep the bot from starting. */
function warningsOf({ CMR_WEBHOOK_SECRET: list }: Record<string, string>): string[] {
  if (!list || itemsIn(list).length === list.split(',').length) return []
  return [
    'CMR_WEBHOOK_SECRET: a secret before or after a comma is empty and was left out. Set both while the key is rotated, and otherwise one without a comma.',
  ]
}
