import { z } from 'zod'
import type { Endpoint } from '../cmr/endpoint.ts'

/** Where a flat field stands in a request. */
interface Slot {
  readonly part: 'query' | 'body'
  /** A step that ends in `[]` is a list of one object. */
  readonly path: readonly string[]
}

/** An endpoint's request as one flat form, and the way back. */
export interface FlatRequest {
  readonly input: z.ZodObject
  /** The request that flat values stand for. */
  assemble(values: Readonly<Record<string, unknown>>): { query: Record<string, unknown>; body: unknown }
}

/**
 * Flattens an endpoint's query and body: `google.clientId` becomes `clientId`. Literals are filled in, files and
 * what has no shape are left out; who needs those declares an input of their own.
 */
export function flatRequest(endpoint: Endpoint): FlatRequest {
  const shape: Record<string, z.ZodType> = {}
  const slots: Record<string, Slot> = {}
  const constants: [Slot, unknown][] = []

  function collect(
    part: Slot['part'],
    fields: Record<string, z.ZodType>,
    path: readonly string[],
    optional: boolean,
  ) {
    for (const [name, schema] of Object.entries(fields)) {
      const inner = unwrapped(schema)
      const loose = optional || schema.safeParse(undefined).success
      const group = inner instanceof z.ZodArray ? unwrapped(inner.element as z.ZodType) : inner
      if (inner instanceof z.ZodLiteral) constants.push([{ part, path: [...path, name] }, inner.value])
      else if (group instanceof z.ZodObject) {
        collect(part, group.shape, [...path, inner instanceof z.ZodArray ? `${name}[]` : name], loose)
      } else if (!(inner instanceof z.ZodRecord) && !(inner instanceof z.ZodUnknown)) {
        const meta = { ...inner.meta(), ...schema.meta() }
        shape[name] = (loose ? schema.optional() : schema).meta(meta)
        slots[name] = { part, path: [...path, name] }
      }
    }
  }
  collect('query', endpoint.query.shape, [], false)
  const body = endpoint.body
  if (body instanceof z.ZodObject) collect('body', body.shape, [], false)

  return {
    input: z.object(shape),
    assemble(values) {
      const request = { query: {}, body: body instanceof z.ZodUndefined ? undefined : {} }
      for (const [slot, value] of constants) place(request[slot.part], slot.path, value)
      for (const [name, slot] of Object.entries(slots)) {
        if (values[name] !== undefined) place(request[slot.part], slot.path, values[name])
      }
      return request
    },
  }
}

function unwrapped(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable)
    return unwrapped(schema.unwrap() as z.ZodType)
  if (schema instanceof z.ZodUnion) return unwrapped(schema.options[0] as z.ZodType)
  return schema
}

function place(target: object | undefined, path: readonly string[], value: unknown) {
  let at = target as Record<string, unknown> | undefined
  for (const [index, step] of path.entries()) {
    if (!at) return
    const name = step.replace('[]', '')
    if (index === path.length - 1) at[name] = value
    else {
      at[name] ??= step.endsWith('[]') ? [{}] : {}
      const made = at[name]
      at = (Array.isArray(made) ? made[0] : made) as Record<string, unknown>
    }
  }
}
