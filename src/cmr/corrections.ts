import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { Endpoint } from './endpoint.ts'
import { allEndpoints } from './endpoints/index.ts'

/** What the live API does differently from an inferred declaration. */
export interface Correction {
  readonly method?: Endpoint['method'] | undefined
  readonly path?: string | undefined
  /** Our field's name → theirs, in query and body. */
  readonly rename?: Readonly<Record<string, string>> | undefined
}

/** Endpoint id → its correction. */
export type Corrections = Readonly<Record<string, Correction>>

const schema = z.record(
  z.string(),
  z.strictObject({
    method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).optional(),
    path: z.string().startsWith('/', 'a path that starts with /').optional(),
    rename: z.record(z.string(), z.string().min(1)).optional(),
  }),
)

type Read = { ok: true; corrections: Corrections } | { ok: false; faults: string[] }

/**
 * Reads the file of corrections (`CMR_ENDPOINTS_FILE`).
 * @param path nothing where there is none
 * @returns the corrections, or a sentence for every fault: an unknown endpoint or field stops the start
 */
export function readCorrections(path: string | undefined): Read {
  if (!path) return { ok: true, corrections: {} }
  try {
    return parseCorrections(readFileSync(path, 'utf8'))
  } catch {
    return { ok: false, faults: ['expected the path of a JSON file that can be read'] }
  }
}

/** @param text JSON: endpoint id → {method?, path?, rename?} */
export function parseCorrections(text: string): Read {
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
  const faults = Object.entries(parsed.data).flatMap(([id, correction]) => faultsOf(id, correction))
  return faults.length ? { ok: false, faults } : { ok: true, corrections: parsed.data }
}

function faultsOf(id: string, correction: Correction): string[] {
  const endpoint = allEndpoints.find((one) => one.id === id)
  if (!endpoint) return [`there is no endpoint “${id}”`]
  const known = Object.keys(fieldsOf(endpoint))
  return Object.keys(correction.rename ?? {})
    .filter((name) => !known.includes(name))
    .map((name) => `${id} has no field “${name}” (it has ${known.join(', ') || 'none'})`)
}

/** An endpoint's fields by name, query first. */
export function fieldsOf({ query, body }: Endpoint): Readonly<Record<string, z.ZodType>> {
  return { ...query.shape, ...(body instanceof z.ZodObject && body.shape) }
}
