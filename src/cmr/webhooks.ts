import { createHash } from 'node:crypto'
import { storableData } from './event-data.ts'
import type { Severity } from './events/event.ts'
import { declarationOf } from './events/index.ts'
import { MOST_REFERENCES } from './events/references.ts'
import { bounded, isObject, parseJson, shortened, withLeftOut } from './json.ts'

/** What the id of an event begins with to which CMR gave none. */
export const DIGEST = 'digest:'

/** A webhook, read. */
export interface Webhook {
  readonly event: string
  /** CMR's, or a digest of the body where CMR gave none. */
  readonly eventId: string
  /** Without credentials. */
  readonly data: Readonly<Record<string, unknown>>
  readonly severity: Severity
}

/**
 * Reads a webhook's body. An event is never refused for the shape of its data, only for having no name.
 * @param rawBody verified beforehand
 */
export function parseWebhook(
  rawBody: Buffer,
): { ok: true; webhook: Webhook } | { ok: false; reason: string } {
  let parsed: unknown
  try {
    parsed = parseJson(rawBody.toString('utf8'))
  } catch {
    return { ok: false, reason: 'the body is not JSON that can be read' }
  }
  if (!isObject(parsed)) return { ok: false, reason: 'the body is not a JSON object' }
  const given = [parsed.event, parsed.eventType].find(isName)
  if (given === undefined) return { ok: false, reason: 'there is no event name' }

  const name = shortened(given, LONGEST_NAME)
  const id = typeof parsed.eventId === 'number' ? String(parsed.eventId) : parsed.eventId
  const usable = typeof id === 'string' && usableId.test(id) && id.isWellFormed()
  const digest = `${DIGEST}${createHash('sha256').update(rawBody).digest('hex')}`
  return {
    ok: true,
    webhook: {
      event: name,
      eventId: usable ? id : digest,
      data: dataIn(name, parsed.data, digest),
      severity: declarationOf(name)?.severity ?? 'info',
    },
  }
}

/** Longer ones don't fit into a row of PostgreSQL's indexes, and nobody reads them. */
const LONGEST_NAME = 200

/**
 * What is kept of an event. CMR documents none of more than a few thousand values. A body of 1 MiB that is made to be
 * slow must not keep everybody else waiting: each value is looked at several times, for credentials above all.
 */
const kept = { depth: 24, text: 20_000, items: MOST_REFERENCES, fields: 1000, values: 20_000 }

/**
 * The data of an event without credentials; its digest alone where it cannot be read. Of an unknown event `leftOut`
 * counts the values that are missing.
 */
function dataIn(event: string, given: unknown, digest: string): Readonly<Record<string, unknown>> {
  try {
    const read = bounded(given, kept)
    const data = storableData(event, read)
    return declarationOf(event) ? data : withLeftOut(data, valuesIn(read) - valuesIn(data))
  } catch {
    return unreadable(digest)
  }
}

/** Returns how many texts, numbers and booleans a value holds, at any depth. */
function valuesIn(value: unknown): number {
  if (value === undefined || value === null) return 0
  return typeof value === 'object'
    ? Object.values(value).reduce((sum: number, one) => sum + valuesIn(one), 0)
    : 1
}

/** Stands for data that could not be read or stored. @param digest of the body, to look it up in CMR's own log */
export function unreadable(digest: string): Readonly<Record<string, unknown>> {
  return { unreadable: `The data of this event could not be kept. Its body is ${digest}` }
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== ''
}

/** Ids are told joined by spaces, sixty in 6,000 characters of metadata. */
const usableId = /^\S{1,90}$/
