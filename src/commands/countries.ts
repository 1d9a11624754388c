import { byAlpha3 } from './country-codes.ts'

/** What people write for some that no list calls so, spelled as `spelling` does. */
const customary: ReadonlyMap<string, string> = new Map(
  Object.entries({
    america: 'US',
    unitedstatesofamerica: 'US',
    uk: 'GB',
    greatbritain: 'GB',
    britain: 'GB',
    unitedkingdomofgreatbritainandnorthernireland: 'GB',
    england: 'GB',
    scotland: 'GB',
    wales: 'GB',
    northernireland: 'GB',
    holland: 'NL',
    uae: 'AE',
    emirates: 'AE',
    czechrepublic: 'CZ',
    ivorycoast: 'CI',
    macedonia: 'MK',
    burma: 'MM',
    swaziland: 'SZ',
    capeverde: 'CV',
    turkey: 'TR',
    russianfederation: 'RU',
    vietnam: 'VN',
    democraticrepublicofthecongo: 'CD',
    democraticpeoplesrepublicofkorea: 'KP',
    republicofkorea: 'KR',
    islamicrepublicofiran: 'IR',
    syrianarabrepublic: 'SY',
    laopeoplesdemocraticrepublic: 'LA',
    unitedrepublicoftanzania: 'TZ',
    plurinationalstateofbolivia: 'BO',
    bolivarianrepublicofvenezuela: 'VE',
    republicofmoldova: 'MD',
    bruneidarussalam: 'BN',
    peoplesrepublicofchina: 'CN',
    provinceofchinataiwan: 'TW',
    stateofpalestine: 'PS',
    palestine: 'PS',
    hongkong: 'HK',
    macao: 'MO',
    macau: 'MO',
    vatican: 'VA',
    holysee: 'VA',
    eire: 'IE',
    republicofireland: 'IE',
  }),
)

/** In these a country is known too, by the people of its neighbors as by its own. */
const languages = ['en', 'de', 'fr', 'es', 'it', 'pt', 'nl', 'pl', 'cs', 'sv', 'ru', 'uk']

let byName: ReadonlyMap<string, string> | undefined

/**
 * "Germany", "Deutschland", "usa", "Korea, Republic of" → the ISO 3166 code that CMR takes; undefined for what is no
 * country's name.
 */
export function countryCode(name: string): string | undefined {
  const said = spelling(name)
  const [first = '', ...rest] = name.split(/[,(]/)
  const turned = rest.length > 0 ? [spelling(`${rest.join(' ')} ${first}`), spelling(first)] : []
  return [said, ...turned].map(called).find((code) => code !== undefined)
}

/** Names of two countries, of which nobody can tell which is meant. */
const ambiguous = new Set(['congo', 'korea', 'virginislands'])

/** Kosovo has no code of three letters. */
const countries = new Set([...byAlpha3.values(), 'XK'])

function called(said: string): string | undefined {
  if (ambiguous.has(said)) return undefined
  return customary.get(said) ?? names().get(said) ?? byAlpha3.get(said.toUpperCase())
}

/** The countries that begin so in any of these names, the one that is called so first. */
export function countriesBeginning(text: string): string[] {
  const said = spelling(text)
  const exact = countryCode(text)
  const begun = [...customary, ...names()].flatMap(([name, code]) =>
    said !== '' && name.startsWith(said) ? [code] : [],
  )
  return [...new Set([...(exact ? [exact] : []), ...begun])]
}

/** Without accents, signs and an article. */
function spelling(name: string): string {
  const letters = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/&/g, ' and ')
    .replace(/^\s*the\s+/, '')
  return letters.replace(/[^\p{L}\p{N}]/gu, '')
}

function names(): ReadonlyMap<string, string> {
  byName ??= namesOfCountries()
  return byName
}

function namesOfCountries(): Map<string, string> {
  const found = new Map<string, string>()
  for (const language of languages) {
    const called = new Intl.DisplayNames(language, { type: 'region', fallback: 'none' })
    for (const code of countries) {
      const name = called.of(code)
      if (name && !found.has(spelling(name))) found.set(spelling(name), code)
    }
    // Of two countries of one name in two languages, the English one is meant.
    if (language === 'en') for (const code of new Set(found.values())) found.set(code.toLowerCase(), code)
  }
  return found
}
