import { getCountries } from 'libphonenumber-js/min'

/** Name → ISO 3166 code. */
export function countries(): Record<string, string> {
  const names = new Intl.DisplayNames('en', { type: 'region' })
  const all = getCountries().map((code) => [names.of(code) ?? code, code] as const)
  return Object.fromEntries(all.sort(([a], [b]) => a.localeCompare(b)))
}

const states: Record<string, string> = {
  US: 'Alabama AL,Alaska AK,Arizona AZ,Arkansas AR,California CA,Colorado CO,Connecticut CT,Delaware DE,Florida FL,Georgia GA,Hawaii HI,Idaho ID,Illinois IL,Indiana IN,Iowa IA,Kansas KS,Kentucky KY,Louisiana LA,Maine ME,Maryland MD,Massachusetts MA,Michigan MI,Minnesota MN,Mississippi MS,Missouri MO,Montana MT,Nebraska NE,Nevada NV,New Hampshire NH,New Jersey NJ,New Mexico NM,New York NY,North Carolina NC,North Dakota ND,Ohio OH,Oklahoma OK,Oregon OR,Pennsylvania PA,Rhode Island RI,South Carolina SC,South Dakota SD,Tennessee TN,Texas TX,Utah UT,Vermont VT,Virginia VA,Washington WA,West Virginia WV,Wisconsin WI,Wyoming WY',
  CA: 'Alberta AB,British Columbia BC,Manitoba MB,New Brunswick NB,Newfoundland and Labrador NL,Nova Scotia NS,Ontario ON,Prince Edward Island PE,Quebec QC,Saskatchewan SK',
  AU: 'New South Wales NSW,Queensland QLD,South Australia SA,Tasmania TAS,Victoria VIC,Western Australia WA',
  DE: 'Baden-Württemberg BW,Bavaria BY,Berlin BE,Brandenburg BB,Bremen HB,Hamburg HH,Hesse HE,Lower Saxony NI,Mecklenburg-Vorpommern MV,North Rhine-Westphalia NW,Rhineland-Palatinate RP,Saarland SL,Saxony SN,Saxony-Anhalt ST,Schleswig-Holstein SH,Thuringia TH',
  IN: 'Delhi DL,Gujarat GJ,Karnataka KA,Kerala KL,Maharashtra MH,Punjab PB,Rajasthan RJ,Tamil Nadu TN,Telangana TG,Uttar Pradesh UP,West Bengal WB',
}

/** Returns the states of a country by name; empty where this sandbox has none. */
export function statesOf(country: string): Record<string, string> {
  const list = states[country.toUpperCase()]?.split(',') ?? []
  return Object.fromEntries(
    list.map((entry) => [entry.slice(0, entry.lastIndexOf(' ')), entry.slice(entry.lastIndexOf(' ') + 1)]),
  )
}
