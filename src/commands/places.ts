import { LRUCache } from 'lru-cache'
import type { Cmr } from '../cmr/client.ts'
import { millisecondsInDay } from '../process/dates.ts'

/** A place as people and CMR name it. */
export interface Place {
  readonly name: string
  readonly code: string
}

/** Countries and states, asked of CMR once a day: they change rarely ("Geo"). */
export interface Places {
  countries(): Promise<readonly Place[]>
  /** @param country ISO 3166 two-letter code */
  states(country: string): Promise<readonly Place[]>
  /** What is there at once, where CMR does not answer: the ISO list. */
  knownCountries(): Promise<readonly Place[]>
}

/** The place that people mean by its name or code, whatever its accents: "NY", "US-NY", "State of New York". */
export function placeCalled(places: readonly Place[], said: string): Place | undefined {
  const name = bareName(said)
  const code = said.trim().toUpperCase()
  return (
    places.find((one) => bareName(one.name) === name) ??
    places.find(
      (one) => one.code.toUpperCase() === code || one.code.toUpperCase() === code.split(/[-\s]/).at(-1),
    ) ??
    places.find(
      (one) => code.endsWith(`-${one.code.toUpperCase()}`) || one.code.toUpperCase().endsWith(`-${code}`),
    )
  )
}

function bareName(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\b(?:the|state|province|region|county|of)\b/g, '')
    .replace(/[^\p{L}\p{N}]/gu, '')
}

/** Loaded when a form first needs it: its tables cost a tenth of the start. */
const phones = () => import('libphonenumber-js/min')

/** One question to CMR at a time for each country; a failure is not remembered. */
export function createPlaces(cmr: Cmr): Places {
  const cache = new LRUCache<string, readonly Place[]>({
    max: 300,
    ttl: millisecondsInDay,
    fetchMethod: async (country) => {
      const { data } = country
        ? await cmr.geo.states({ query: { countryCode: country } })
        : await cmr.geo.countries()
      return Object.entries(data).map(([name, code]) => ({ name, code }))
    },
  })
  return {
    countries: async () => (await cache.fetch('')) ?? [],
    states: async (country) => (await cache.fetch(country.toUpperCase())) ?? [],
    async knownCountries() {
      const { getCountries } = await phones()
      const names = new Intl.DisplayNames('en', { type: 'region' })
      const all = getCountries().map((code) => ({ name: names.of(code) ?? code, code }))
      return all.sort((a, b) => a.name.localeCompare(b.name))
    },
  }
}

/** The codes of three letters with those of two behind them (ISO 3166-1). */
const codes =
  'ABWAW AFGAF AGOAO AIAAI ALAAX ALBAL ANDAD AREAE ARGAR ARMAM ASMAS ATAAQ ATFTF ATGAG AUSAU AUTAT AZEAZ ' +
  'BDIBI BELBE BENBJ BESBQ BFABF BGDBD BGRBG BHRBH BHSBS BIHBA BLMBL BLRBY BLZBZ BMUBM BOLBO BRABR BRBBB ' +
  'BRNBN BTNBT BVTBV BWABW CAFCF CANCA CCKCC CHECH CHLCL CHNCN CIVCI CMRCM CODCD COGCG COKCK COLCO COMKM ' +
  'CPVCV CRICR CUBCU CUWCW CXRCX CYMKY CYPCY CZECZ DEUDE DJIDJ DMADM DNKDK DOMDO DZADZ ECUEC EGYEG ERIER ' +
  'ESHEH ESPES ESTEE ETHET FINFI FJIFJ FLKFK FRAFR FROFO FSMFM GABGA GBRGB GEOGE GGYGG GHAGH GIBGI GINGN ' +
  'GLPGP GMBGM GNBGW GNQGQ GRCGR GRDGD GRLGL GTMGT GUFGF GUMGU GUYGY HKGHK HMDHM HNDHN HRVHR HTIHT HUNHU ' +
  'IDNID IMNIM INDIN IOTIO IRLIE IRNIR IRQIQ ISLIS ISRIL ITAIT JAMJM JEYJE JORJO JPNJP KAZKZ KENKE KGZKG ' +
  'KHMKH KIRKI KNAKN KORKR KWTKW LAOLA LBNLB LBRLR LBYLY LCALC LIELI LKALK LSOLS LTULT LUXLU LVALV MACMO ' +
  'MAFMF MARMA MCOMC MDAMD MDGMG MDVMV MEXMX MHLMH MKDMK MLIML MLTMT MMRMM MNEME MNGMN MNPMP MOZMZ MRTMR ' +
  'MSRMS MTQMQ MUSMU MWIMW MYSMY MYTYT NAMNA NCLNC NERNE NFKNF NGANG NICNI NIUNU NLDNL NORNO NPLNP NRUNR ' +
  'NZLNZ OMNOM PAKPK PANPA PCNPN PERPE PHLPH PLWPW PNGPG POLPL PRIPR PRKKP PRTPT PRYPY PSEPS PYFPF QATQA ' +
  'REURE ROURO RUSRU RWARW SAUSA SDNSD SENSN SGPSG SGSGS SHNSH SJMSJ SLBSB SLESL SLVSV SMRSM SOMSO SPMPM ' +
  'SRBRS SSDSS STPST SURSR SVKSK SVNSI SWESE SWZSZ SXMSX SYCSC SYRSY TCATC TCDTD TGOTG THATH TJKTJ TKLTK ' +
  'TKMTM TLSTL TONTO TTOTT TUNTN TURTR TUVTV TWNTW TZATZ UGAUG UKRUA UMIUM URYUY USAUS UZBUZ VATVA VCTVC ' +
  'VENVE VGBVG VIRVI VNMVN VUTVU WLFWF WSMWS XKKXK YEMYE ZAFZA ZMBZM ZWEZW '

/** Alpha-3 → alpha-2: USA → US. */
const byAlpha3: ReadonlyMap<string, string> = new Map(
  codes
    .trim()
    .split(' ')
    .map((pair) => [pair.slice(0, 3), pair.slice(3)]),
)

/** What people write for some that no list calls so. */
const customary: ReadonlyMap<string, string> = new Map(
  Object.entries({
    US: 'America, United States of America',
    GB: 'UK, Great Britain, Britain, United Kingdom of Great Britain and Northern Ireland, England, Scotland, Wales, Northern Ireland',
    NL: 'Holland',
    AE: 'UAE, Emirates',
    CZ: 'Czech Republic',
    CI: 'Ivory Coast',
    MK: 'Macedonia',
    MM: 'Burma',
    SZ: 'Swaziland',
    CV: 'Cape Verde',
    TR: 'Turkey',
    RU: 'Russian Federation',
    VN: 'Vietnam',
    CD: 'Democratic Republic of the Congo',
    KP: 'Democratic People’s Republic of Korea',
    KR: 'Republic of Korea',
    IR: 'Islamic Republic of Iran',
    SY: 'Syrian Arab Republic',
    LA: 'Lao People’s Democratic Republic',
    TZ: 'United Republic of Tanzania',
    BO: 'Plurinational State of Bolivia',
    VE: 'Bolivarian Republic of Venezuela',
    MD: 'Republic of Moldova',
    BN: 'Brunei Darussalam',
    CN: 'People’s Republic of China',
    TW: 'Province of China Taiwan',
    PS: 'State of Palestine, Palestine',
    HK: 'Hong Kong',
    MO: 'Macao, Macau',
    VA: 'Vatican, Holy See',
    IE: 'Eire, Republic of Ireland',
  }).flatMap(([code, called]) => called.split(', ').map((name) => [spelling(name), code] as const)),
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
