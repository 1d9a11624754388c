import { z } from 'zod'
import { isObject } from '../json.ts'
import { toCents } from '../money.ts'

/** A field that an answer may leave out, as null too. One of another type counts as left out: it spoils no answer. */
export const optional = <Value extends z.ZodType>(value: Value) =>
  value
    .nullish()
    .transform((given) => given ?? undefined)
    .optional()
    .catch(undefined)

const textOrNumber = z.union([z.string(), z.number()])

/** An id of CMR's: text, whatever it comes as. One above 2^53 is text already (`parseJson`). */
export const idText = textOrNumber.transform(String)
/** Text; a number becomes its digits. */
export const text = optional(idText)
/** Yes or no, also as the text or the number of it. */
export const flag = optional(z.union([z.boolean(), textOrNumber.transform(asFlag)]))
/** A number, or the text of one. "82%" is 82. */
export const number = optional(textOrNumber.transform(asNumber))
/** An amount as CMR writes it, a decimal text or a number: a CSV file shows it, `toCents` reads it. */
export const amount = optional(textOrNumber)
/** An amount in cents. */
export const cents = optional(textOrNumber.transform(toCents))
/** A date as ISO text, also where it comes as milliseconds or seconds, or the digits of them. */
export const time = optional(textOrNumber.transform(asTime))
/** A list of rows, also where it is missing or null; what is no object in it is left out. */
export const rowsOf = <Row extends z.ZodType>(row: Row) =>
  z.preprocess((list) => (Array.isArray(list) ? list.filter(isObject) : []), z.array(row))

/**
 * A row of which unknown fields stay as they are.
 * @param otherNames what CMR calls a field elsewhere; the first that is there counts where the field is missing
 * @example row({ mailboxId: text }, { mailboxId: ['componentMailboxId'] })
 */
export const row = <Shape extends z.ZodRawShape>(
  shape: Shape,
  otherNames: { readonly [Name in keyof Shape]?: readonly string[] } = {},
) => z.preprocess((data) => (isObject(data) ? renamed(data, otherNames) : data), z.looseObject(shape))

function renamed(
  data: Readonly<Record<string, unknown>>,
  otherNames: Readonly<Record<string, readonly string[] | undefined>>,
): Record<string, unknown> {
  const moved = new Map<string, string>()
  for (const [name, others = []] of Object.entries(otherNames)) {
    const found = others.find((other) => isThere(data[other]))
    if (found !== undefined && !isThere(data[name])) moved.set(found, name)
  }
  const replaced = new Set(moved.values())
  return Object.fromEntries(
    Object.entries(data).flatMap(([name, value]) => {
      const now = moved.get(name)
      return now ? [[now, value]] : replaced.has(name) ? [] : [[name, value]]
    }),
  )
}

const isThere = (value: unknown) => value !== undefined && value !== null

function asFlag(value: string | number): boolean | undefined {
  const word = String(value).trim().toLowerCase()
  if (word === 'true' || word === '1') return true
  return word === 'false' || word === '0' ? false : undefined
}

function asNumber(value: string | number): number | undefined {
  const found = typeof value === 'number' ? value : Number.parseFloat(value)
  return Number.isFinite(found) ? found : undefined
}

/** What is less, as milliseconds, was before March 1973: it is seconds. */
const LEAST_MS = 1e11

function asTime(value: string | number): string | undefined {
  if (typeof value === 'string' && !/^\d{10,13}$/.test(value)) return value
  const since = Number(value)
  const date = new Date(since < LEAST_MS ? since * 1000 : since)
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString()
}
