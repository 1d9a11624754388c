import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { confirm } from '../support/clicks.ts'
import { eventually } from '../support/eventually.ts'
import { shareWorld, type World } from '../support/world.ts'

let world: World
let close: () => Promise<void>
let domain: string
let user: { userId: string; email: string }

beforeAll(async () => {
  const shared = await shareWorld()
  world = shared
  close = shared.close
  const all: { domainName: string; userId: string; records: object[] }[] = await world.look('domains')
  const first = all.find(({ records }) => records.length === 2) ?? { domainName: '', userId: '' }
  domain = first.domainName
  const users: (typeof user)[] = await world.look('users')
  user = users.find(({ userId }) => userId === first.userId) ?? user
  await world.say(`/cmr domains list ${user.email}`)
  await world.sees(/: \d+ domains?\*/)
})
afterEach(async () => {
  while (world.modalOf(world.ana.id)) await world.interactions.close(world.ana.id)
})
afterAll(() => close())

/** What the last request to an endpoint said, once there is one more of them. */
async function sent(endpoint: string, work: () => Promise<unknown>) {
  const before = (await world.requests(endpoint)).length
  await work()
  return eventually(async () => {
    const requests = await world.requests(endpoint)
    expect(requests.length).toBeGreaterThan(before)
    return requests.at(-1)
  })
}

test.each([
  ['TXT @ google-site-verification=AbC', { value: 'google-site-verification=AbC' }],
  ['TXT @ MS=ms12345678', { value: 'MS=ms12345678' }],
  ['TXT spf v=spf1 redirect=_spf.acme.com', { value: 'v=spf1 redirect=_spf.acme.com' }],
  [
    'TXT _dmarc v=DMARC1; p=none; rua=mailto:d@acme.com',
    { value: 'v=DMARC1; p=none; rua=mailto:d@acme.com', excludedDMARCtags: ['rua'] },
  ],
  ['MX @ 10 aspmx.l.google.com', { value: 'aspmx.l.google.com', priority: 10 }],
])('what looks like a flag is the value that reaches CMR: %s', async (line, record) => {
  const request = await sent('dns.add', async () => {
    await world.say(`/cmr dns add ${domain} ${line}`)
    await confirm(world)
  })
  expect(request?.body).toMatchObject({ domain, records: [record] })
})

test('an ending is the same with a dot, a star and in capitals', async () => {
  const request = await sent('domains.suggest', () =>
    world.say('/cmr domains suggest acme --tlds ".com, *.NET io"'),
  )
  expect(request?.body).toMatchObject({ tlds: ['com', 'net', 'io'] })
})

test.each([
  ['google-site-verificaton', 'TXT @ --google-site-verificaton AbC', /has no `--google-site-verificaton`/],
  ['a priority twice', 'MX @ 10 mx.acme.com --priority 20', /given twice, here and as 20/],
])('what may be a slip is asked back: %s', async (_, line, sentence) => {
  await world.say(`/cmr dns add ${domain} ${line}`)
  await world.sees(sentence)
})

const forms: [what: string, of: (name: string) => string][] = [
  ['an invisible space behind it', (name) => `${name}\u200b`],
  ['capitals and a dot', (name) => `${name.toUpperCase()}.`],
  ['an address in a browser', (name) => `https://www.${name}/about`],
  [
    'full-width letters',
    (name) => name.replace(/[a-z]/g, (one) => String.fromCodePoint((one.codePointAt(0) ?? 0) + 0xfee0)),
  ],
  ['curly quotes', (name) => `“${name}”`],
  [
    'a soft hyphen and a mark of direction',
    (name) => `\u200e${name.slice(0, 2)}\u00ad${name.slice(2)}\u200f`,
  ],
]
test.each(forms)('a domain is found whatever form it has: %s', async (_, of) => {
  const request = await sent('domains.get', () => world.say(`/cmr domains get ${of(domain)}`))
  expect(request?.query).toMatchObject({ domain })
})

test.each([
  ['an invisible space', (email: string) => `${email}\u200b`],
  ['angle brackets and a name', (email: string) => `"Jane Doe <${email}>"`],
  ['mailto', (email: string) => `mailto:${email}`],
  ['a domain in capitals', (email: string) => email.replace(/@.*/, (host) => host.toUpperCase())],
])('a customer is found by an e-mail with %s', async (_, of) => {
  const request = await sent('users.get', () => world.say(`/cmr users get ${of(user.email)}`))
  expect(request?.query).toMatchObject({ userId: user.userId })
})

test('a noun and a verb are read without what cannot be seen, and flags behind any dash', async () => {
  await world.say('/cmr users\u200b LIST\ufeff –limit ５')
  await world.sees(/40 customers\* · page 1 of 8/)
})

test('a deletion is confirmed by the same name in another form, and by no other name', async () => {
  await world.say(`/cmr dns delete ${domain} TXT spf`)
  await eventually(() => expect(JSON.stringify(world.modalOf(world.ana.id))).toMatch(/Type .* to confirm/))
  for (const near of [domain.slice(0, -1), `x${domain}`, domain.replace('a', 'а'), '', 'yes']) {
    if (near === domain) continue
    const answer = await world.submit({ confirmName: near })
    expect(answer.errors?.confirmName).toContain(`Type ${domain}`)
  }
  expect(await world.requests('dns.delete')).toEqual([])
  const request = await sent('dns.delete', () =>
    world.submit({ confirmName: `\u200b${domain.charAt(0).toUpperCase()}${domain.slice(1)}. ` }),
  )
  expect(request?.query).toMatchObject({ domain })
})
