import { createRequire } from 'node:module'
import type { JsonObject } from './json.ts'
import { plainDigits } from './normal-forms.ts'

type Library = typeof import('libphonenumber-js/min')

let library: Library | undefined

/** Loaded when the first number is read: its tables cost a tenth of the start, and a schema cannot wait for them. */
function phones(): Library {
  library ??= createRequire(import.meta.url)('libphonenumber-js/min') as Library
  return library
}

/** `+49`, `0049`, `(49)` → 49. */
export function diallingDigits(text: string): string {
  return plainDigits(text)
    .replace(/[\s().-]/g, '')
    .replace(/^(?:\+|00)(?=\d)/, '')
}

/**
 * Takes a telephone number apart as CMR wants it: the dialling code by itself, and the number as it is dialled behind
 * it. `+49 30 1234` brings its code along; `030 1234` is read as in the country that is given. A number with another
 * code than the one beside it stays as it is, for its field to refuse.
 */
export function readPhone(values: JsonObject, takes: (field: string) => boolean): JsonObject {
  const { phone, phoneCc, country } = values
  const text = typeof phone === 'string' ? plainDigits(phone).replace(/^tel:/i, '') : ''
  const own = typeof phoneCc === 'string' && phoneCc !== '' ? phoneCc : callingCodeOf(country)
  if (!text || !takes('phoneCc'))
    return { ...values, ...(own !== undefined && takes('phoneCc') && { phoneCc: own }) }
  const international = text.replace(/^\(?00\)?\s*(?=[1-9])/, '+')
  const isInternational = international.startsWith('+')
  const read = phones().parsePhoneNumberFromString(isInternational ? international : text, {
    extract: false,
    ...(!isInternational && own !== undefined && { defaultCallingCode: own }),
  })
  if (
    !read ||
    read.ext ||
    (own !== undefined && typeof phoneCc === 'string' && read.countryCallingCode !== own)
  )
    return { ...values, phone: text, ...(own !== undefined && { phoneCc: own }) }
  return { ...values, phone: String(read.nationalNumber), phoneCc: String(read.countryCallingCode) }
}

/** "US" → "1"; nothing for a country that no telephone plan knows. */
export function callingCodeOf(country: unknown): string | undefined {
  const { getCountryCallingCode, isSupportedCountry } = phones()
  return typeof country === 'string' && isSupportedCountry(country)
    ? getCountryCallingCode(country)
    : undefined
}
