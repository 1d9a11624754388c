/** What people write for some that no list calls so. */
const customary: Readonly<Record<string, string>> = { usa: 'US', uk: 'GB', england: 'GB' }

let byName: ReadonlyMap<string, string> | undefined

/** "Germany", "usa" → the ISO 3166 code that CMR takes; undefined for what is no country's name in English. */
export function countryCode(name: string): string | undefined {
  byName ??= namesOfCountries()
  const said = name.trim().toLowerCase()
  return customary[said] ?? byName.get(said)
}

function namesOfCountries(): Map<string, string> {
  const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' })
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']
  // Codes of states that are no more stand for their successors: DD for DE, UK for GB.
  const codes = letters
    .flatMap((first) => letters.map((second) => first + second))
    .filter((code) => Intl.getCanonicalLocales(`und-${code}`)[0] === `und-${code}`)
  return new Map(
    codes.flatMap((code) => {
      const name = names.of(code)
      return name ? [[name.toLowerCase(), code] as const] : []
    }),
  )
}
