import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { Endpoint } from './endpoint.ts'
import { allEndpoints } from './endpoints/index.ts'
import { samePath } from './request.ts'

/** What the live API does differently from an inferred declaration. */
export interface Correction {
  readonly method?: Endpoint['method'] | undefined
  readonly path?: string | undefined
  /** Our field's name → theirs, in query and body. */
  readonly rename?: Readonly<Record<string, string>> | undefined
  /** Our field's name → the header that it goes as, in place of query and body. */
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/** Endpoint id → its correction. */
export type Corrections = Readonly<Record<string, Correction>>

const schema = z.record(
  z.string(),
  z.strictObject({
    method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).optional(),
    path: z
      .string()
      .startsWith('/', 'a path that starts with /')
      .regex(/^[\w/.~-]*$/, 'letters, digits and / . _ ~ - only')
      .refine((path) => !path.split('/').some((part) => part === '.' || part === '..'), 'no . or .. in it')
      .optional(),
    rename: z.record(z.string(), z.string().min(1)).optional(),
    headers: z
      .record(
        z.string(),
        z.string().regex(/^(cmr-)?x-(?!.*key)[a-z\d-]{1,60}$/, 'a header such as cmr-x-sandbox-scenario'),
      )
      .optional(),
  }),
)

type ReadCorrections = { ok: true; corrections: Corrections } | { ok: false; faults: string[] }

/**
 * Reads the file of corrections (`CMR_ENDPOINTS_FILE`).
 * @param path nothing where there is none
 * @returns the corrections, or a sentence for every fault: an unknown endpoint or field stops the start
 */
export function readCorrections(path: string | undefined): ReadCorrections {
  if (!path) return { ok: true, corrections: {} }
  try {
    return parseCorrections(readFileSync(path, 'utf8'))
  } catch {
    return { ok: false, faults: ['expected the path of a JSON file that can be read'] }
  }
}

/** @param text JSON: endpoint id → {method?, path?, rename?} */
export function parseCorrections(text: string): ReadCorrections {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    return { ok: false, faults: [`it is not JSON (${error instanceof Error ? error.message : error})`] }
  }
  const parsed = schema.safeParse(json)
  if (!parsed.success) {
    return {
      ok: false,
      faults: parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`),
    }
  }
  const faults = Object.entries(parsed.data).flatMap(([id, correction]) =>
    faultsOf(id, correction, parsed.data),
  )
  return faults.length ? { ok: false, faults } : { ok: true, corrections: parsed.data }
}

function faultsOf(id: string, correction: Correction, all: Corrections): string[] {
  const endpoint = allEndpoints.find((one) => one.id === id)
  if (!endpoint) return [`there is no endpoint “${id}”`]
  const known = Object.keys(fieldsOf(endpoint))
  const unknown = Object.keys({ ...correction.rename, ...correction.headers })
    .filter((name) => !known.includes(name))
    .map((name) => `${id} has no field “${name}” (it has ${known.join(', ') || 'none'})`)
  return [...unknown, ...dangersOf(endpoint, correction, all)]
}

/** What a correction must not do: let a write act on everything, or one request pass for another. */
function dangersOf(
  endpoint: Endpoint,
  { rename = {}, headers = {}, method, path }: Correction,
  all: Corrections,
): string[] {
  const { id } = endpoint
  const locked = endpoint.narrowedBy
    .filter(
      (name) => headers[name] !== undefined || (rename[name] !== undefined && !mayBeRenamed(endpoint, name)),
    )
    .map((name) => `${id} must keep the field “${name}”: ${reasons[endpoint.withoutItems]}`)
  const theirs = Object.keys(fieldsOf(endpoint)).map((name) => rename[name] ?? name)
  const doubled = [...new Set(theirs.filter((name, at) => theirs.indexOf(name) !== at))].map(
    (name) => `${id} would send two fields as “${name}”`,
  )
  const noBody =
    method === 'GET' && !(endpoint.body instanceof z.ZodUndefined)
      ? [`${id} has a body, which a GET cannot carry`]
      : []
  const others = path || method ? sameRequest(endpoint, all) : []
  const taken = others.map((other) => `${id} would be the request of ${other.id}`)
  return [...locked, ...doubled, ...noBody, ...taken]
}

const reasons: Record<Endpoint['withoutItems'], string> = {
  everything: 'without it CMR acts on everything that the customer has',
  refused: 'it names what the request acts on',
}

/** A name that CMR documents needs no correction, and what cannot be undone is not tried under a guessed one. */
function mayBeRenamed({ source, inferred, effect }: Endpoint, name: string): boolean {
  if (effect === 'read') return true
  const isInferred = source === 'inferred' || inferred.includes('body') || inferred.includes(`body.${name}`)
  return isInferred && effect !== 'destroy'
}

function requestLine({ id, method, path }: Endpoint, all: Corrections) {
  return { method: all[id]?.method ?? method, path: all[id]?.path ?? path }
}

/** Other endpoints that an endpoint, as corrected, could not be told from. */
function sameRequest(endpoint: Endpoint, all: Corrections): readonly Endpoint[] {
  const asked = requestLine(endpoint, all)
  const isTaken = (other: Endpoint) => {
    const { method, path } = requestLine(other, all)
    if (other.withoutItems === 'everything' && other.effect !== 'read' && samePath(other.path, asked.path))
      return true
    return other.credential === endpoint.credential && method === asked.method && samePath(path, asked.path)
  }
  return allEndpoints.filter((other) => other.id !== endpoint.id && isTaken(other))
}

/** An endpoint's fields by name, query first. */
export function fieldsOf({ query, body }: Endpoint): Readonly<Record<string, z.ZodType>> {
  return { ...query.shape, ...(body instanceof z.ZodObject && body.shape) }
}
