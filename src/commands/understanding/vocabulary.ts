/** What people call a noun otherwise. */
export const otherNouns: ReadonlyMap<string, string> = new Map(
  Object.entries({
    customer: 'users',
    customers: 'users',
    client: 'users',
    clients: 'users',
    account: 'users',
    accounts: 'users',
    balance: 'wallet',
    funds: 'wallet',
    money: 'wallet',
    credit: 'wallet',
    invoice: 'wallet',
    invoices: 'wallet',
    transactions: 'wallet',
    overview: 'digest',
    dashboard: 'digest',
    whoami: 'access list',
    permissions: 'access list',
    roles: 'access list',
    email: 'mailboxes',
    emails: 'mailboxes',
    inbox: 'mailboxes',
    inboxes: 'mailboxes',
    record: 'dns',
    records: 'dns',
    subs: 'subscriptions',
    sub: 'subscriptions',
    countries: 'geo countries',
    states: 'geo states',
    jobs: 'operations',
    tasks: 'operations',
    prewarmed: 'prewarm',
    'pre-warmed': 'prewarm',
    prewarmup: 'prewarm',
    health: 'status',
    search: 'find',
    lookup: 'find',
    why: 'diagnose',
    check: 'diagnose',
  }),
)

/** Verbs that people use for each other; whoever has one of them is meant by all. The first group only looks. */
export const verbs: readonly (readonly string[])[] = [
  ['list', 'ls', 'all', 'show', 'get', 'view', 'display', 'see', 'open', 'info', 'details'],
  ['create', 'add', 'new', 'order', 'buy', 'register', 'make'],
  ['delete', 'remove', 'drop'],
  ['cancel', 'terminate'],
  ['pause'],
  ['resume', 'continue', 'unpause'],
  ['update', 'edit', 'change', 'modify'],
  ['renew', 'extend', 'prolong'],
]

/** What belongs to another noun than it is said of. */
export const meantBy: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'create mailboxes': 'orders.mailboxes',
    'create domains': 'orders.create',
    'create dns': 'dns.add',
    'create warmup': 'warmup.add',
    'cancel mailboxes': 'mailboxes.remove',
    'cancel domains': 'domains.remove',
    'cancel users': 'users.delete',
    'cancel warmup': 'warmup.remove',
    'pause warmup': 'warmup.status',
    'resume warmup': 'warmup.status',
    'renew mailboxes': 'subscriptions.renew',
    'renew wallet': 'renewals.funds',
  }),
)

/** Words that only hold a sentence together, and are no part of what it is about. */
export const fillers: ReadonlySet<string> = new Set(
  'a about all an and any anything are can cmr could do does everything for from give has have how i i’d in is it know like me more my not of on our please sending some tell that the there this to up these those us want was we what what’s whats where which who whose with would you'.split(
    ' ',
  ),
)

/** A word that turns the verb behind it into what somebody does not want, or cannot do. */
export const negation = /^(?:not|non|never|cannot|without|\p{L}+n['’]t|dont|cant|wont)$/u

/** Numbers that people write as words, from 1. */
export const numberWords: readonly string[] =
  'one two three four five six seven eight nine ten eleven twelve'.split(' ')

/** What people ask without a command's name, as the command it stands for; `THING` is the name that they mention. */
export const questions: readonly (readonly [asked: RegExp, line: string])[] = [
  [
    /\b(why|broken|wrong|problems?|issues?|stuck|diagnos\w*|fail\w*|bounc\w+|(?:to|in) spam|(not|cannot|[a-z]{2,8}n[’']t|can[’']t|stopped) (send|work|deliver)\w*)\b/i,
    'diagnose THING',
  ],
  [
    /\b(renew\w*|expir\w*|due|overdue|lapsed|forecast|runway|upcoming|(run|runs|last|lasts) (dry|out|until|how long))\b/i,
    'renewals',
  ],
  [/\b(wallet|balance|funds|money|credit)\b/i, 'wallet'],
  [/\b(under ?way|progress|pending|open operations?)\b/i, 'operations'],
  [/\b(webhooks?|healthy?|alive|running)\b/i, 'status'],
]

export const greetings =
  /^(hi|hello|hey|hallo|hola|moin|yo|good (morning|day|afternoon|evening)|thanks?|thank you|ok(ay)?)\b(\s|[\p{P}\p{S}]|:\w+:)*$/iu

/** An address, a domain, an id of CMR's: nothing else is written so. */
export const thingShapes = [
  /^[^\s@]{1,64}@(?:[\p{L}\d-]{1,63}\.){1,8}\p{L}{2,24}$/u,
  /^(?:[\p{L}\d](?:[\p{L}\d-]{0,61}[\p{L}\d])?\.){1,8}\p{L}{2,24}$/u,
  /^(?=.*\d)[A-Z][A-Z\d_-]{5,90}$/,
]
