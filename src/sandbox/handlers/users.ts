import { getCountries } from 'libphonenumber-js/min'
import { customer, newActionId, newId, pageOf, SandboxRefusal } from '../world.ts'
import type { Handler } from './handler.ts'

export const userHandlers: Record<string, Handler> = {
  'users.list': (world, { query }) => {
    const wanted = String(query.search ?? '').toLowerCase()
    const names = ['userId', 'email', 'company', 'firstName', 'lastName'] as const
    const found = [...world.users.values()].filter(
      (user) => !wanted || names.some((name) => String(user[name]).toLowerCase().includes(wanted)),
    )
    const { rows, totalPages } = pageOf(found, Number(query.page ?? 1), Number(query.limit ?? 20))
    return {
      message: 'Users retrieved',
      data: { users: rows, total: found.length, currentPage: Number(query.page ?? 1), totalPages },
    }
  },
  'users.get': (world, { query }) => ({ message: 'User details', data: customer(world, query.userId) }),
  'users.create': (world, { body }) => {
    if ([...world.users.values()].some((user) => user.email === body.email)) {
      throw new SandboxRefusal(409, 'A user with this email already exists.')
    }
    const userId = newId()
    world.users.set(userId, {
      ...body,
      userId,
      email: String(body.email),
      createdAt: world.now().toISOString(),
    })
    return { message: 'User created', data: { id: userId }, actionId: newActionId() }
  },
  'users.update': (world, { query, body }) => {
    Object.assign(customer(world, query.userId), body)
    return { message: 'User updated', data: { id: String(query.userId) }, actionId: newActionId() }
  },
  'users.delete': (world, { query }) => {
    const { userId } = customer(world, query.userId)
    const mine = (rows: Iterable<{ userId: string }>) =>
      [...rows].filter((row) => row.userId === userId).length
    const mailboxCount = mine(world.mailboxes.values())
    const domainCount = mine(world.domains.values())
    if (mailboxCount + domainCount > 0) {
      throw new SandboxRefusal(409, 'The user still has mailboxes or domains.', { mailboxCount, domainCount })
    }
    world.users.delete(userId)
    return { message: 'User deleted', data: null, actionId: newActionId() }
  },
  'geo.countries': () => ({ message: 'Countries', data: countries() }),
  'geo.states': (_, { query }) => ({ message: 'States', data: statesOf(String(query.countryCode)) }),
}

/** Name → ISO 3166 code. */
function countries(): Record<string, string> {
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
function statesOf(country: string): Record<string, string> {
  const list = states[country.toUpperCase()]?.split(',') ?? []
  return Object.fromEntries(
    list.map((entry) => [entry.slice(0, entry.lastIndexOf(' ')), entry.slice(entry.lastIndexOf(' ') + 1)]),
  )
}
