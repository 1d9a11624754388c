import { z } from 'zod'
import { isObject } from '../json.ts'
import { amount, flag, row, rowsOf, text, time } from './values.ts'

/** A domain of a customer. */
export const domain = row(
  {
    domainId: text,
    domainName: text,
    userId: text,
    status: text,
    serviceProvider: text,
    autoRenew: flag,
    registeredOn: time,
    expiryDate: time,
    purchaseType: text,
  },
  {
    domainName: ['domain'],
    registeredOn: ['registrationDate', 'creationTime'],
    expiryDate: ['expireOn'],
  },
)

/** A domain as CMR answers it; any field may be missing. */
export type Domain = Readonly<z.output<typeof domain>>

/** What the renewal of a domain costs ("Get domain renewal pricing"). */
export const renewalPrice = row(
  { domainName: text, renewalPrice: amount, expireOn: time, autoRenew: flag },
  { domainName: ['domain'] },
)

export type RenewalPrice = Readonly<z.output<typeof renewalPrice>>

/** A domain that is free ("Suggest Available Domains"). */
export const suggestedDomain = row({ domain: z.string(), price: amount })

/** The availability of a domain ("Get Single Available Domain"), bare or in a list; what it looks like is inferred. */
export const availableDomain = z.preprocess(
  (data) => [data].flat()[0] ?? {},
  row(
    { domain: text, available: flag, price: amount },
    { domain: ['domainName'], available: ['isAvailable'], price: ['pricePerYear'] },
  ),
)

export type SuggestedDomain = Readonly<z.output<typeof suggestedDomain>>
export type AvailableDomain = Readonly<z.output<typeof availableDomain>>

/** A domain on sale whose mailboxes are warmed up already. */
export const prewarmedDomain = row({
  domain: z.string(),
  purchasePrice: amount,
  renewalPrice: amount,
  preWarmedUpMailboxes: rowsOf(z.looseObject({ email: text })),
})

export type PrewarmedDomain = Readonly<z.output<typeof prewarmedDomain>>

/** What CMR knows of a workspace on a domain. An unknown answer is not a clean one. */
export type WorkspaceState = 'clean' | 'conflict' | 'unknown'

/**
 * Reads the answer to domains.workspace ("Check If Workspace Exists"). CMR documents only the answer for none
 * ("Workspace not exists", data null), and that one name of several may time out: what is neither told to be
 * there nor told not to be is unknown.
 * @param domains what was asked
 */
export function readWorkspaces(
  answer: { readonly data: unknown; readonly message: string },
  domains: readonly string[],
): Map<string, WorkspaceState> {
  const none = /\bnot? exists?\b|\bdoes not exist\b|\bno workspace\b/i.test(answer.message)
  if ((answer.data === null || answer.data === undefined) && none) {
    return new Map(domains.map((name) => [name, 'clean']))
  }
  const told = new Map(rowsIn(answer.data, domains))
  return new Map(domains.map((name) => [name, told.get(name.toLowerCase()) ?? 'unknown']))
}

function rowsIn(data: unknown, asked: readonly string[]): [string, WorkspaceState][] {
  if (Array.isArray(data)) return data.flatMap((one) => rowOf(one, asked))
  if (!isObject(data)) return []
  const list = Object.values(data).find(Array.isArray)
  if (list) return rowsIn(list, asked)
  const byName = Object.entries(data).filter(([name]) => name.includes('.'))
  if (byName.length) return byName.map(([name, value]) => [name.toLowerCase(), stateOf(value)])
  return rowOf(data, asked)
}

function rowOf(row: unknown, asked: readonly string[]): [string, WorkspaceState][] {
  // A list of bare names is a list of those that have one.
  if (typeof row === 'string') return [[row.toLowerCase(), 'conflict']]
  if (!isObject(row)) return []
  const name = row.domainName ?? row.domain ?? row.name ?? (asked.length === 1 ? asked[0] : undefined)
  return typeof name === 'string' ? [[name.toLowerCase(), stateOf(row)]] : []
}

function stateOf(value: unknown): WorkspaceState {
  if (typeof value === 'boolean') return value ? 'conflict' : 'clean'
  if (!isObject(value)) return 'unknown'
  if (value.error || /time.?d?.?out|error|fail|unknown/i.test(`${value.status} ${value.message}`))
    return 'unknown'
  const exists = value.exists ?? value.workspaceExists ?? value.hasWorkspace
  return typeof exists === 'boolean' ? (exists ? 'conflict' : 'clean') : 'unknown'
}
