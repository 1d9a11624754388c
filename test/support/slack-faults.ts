import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { Json } from '../../src/playground/types.ts'

/**
 * How Slack takes posts: well; not at all (500); taken, but the connection is lost or the answer is cut off; away with
 * everything; now this, now that; or refused with one of its own words. `outside`: the bot is in no channel until it joins, so that it
 * posts (`chat:write.public`) and reads nothing.
 */
export type SlackFault =
  | 'well'
  | 'refuses'
  | 'drops-after'
  | 'cuts-answer'
  | 'away'
  | 'storm'
  | 'outside'
  | Refusal
  | Hanging

/** What Slack says. */
interface Refusal {
  readonly says: string
  /** Of these methods; of posts where left out. */
  readonly of?: RegExp
  /** So often, then it is well again; until it is mended where left out. */
  times?: number
  /** What a 429 says of how long to wait, as it stands in the header; a second where left out. */
  readonly retryAfter?: string
}

/** How often Slack answers a method ("Rate limits"); what comes sooner gets 429 and the seconds that are left. */
interface RateLimit {
  readonly of: RegExp
  readonly everyMs: number
}

/** Something that Slack answers differently than the emulator does. */
interface Change {
  readonly of: RegExp
  readonly change: (answer: Json) => Json
}

/** Slack takes these methods and never answers. */
interface Hanging {
  readonly hangs: RegExp
}

/** How Slack is at the moment; a test changes it. */
export interface SlackFaults {
  fault: SlackFault
  /** In a storm: which share of the posts fails, of each kind. */
  share: number
  /** The fault that follows once a connection was lost. */
  next?: SlackFault
  limit?: RateLimit
  change?: Change
  /** Every call of the bot, by method, in the order in which they came. */
  readonly calls: string[]
}

/** Stands before Slack and fails as Slack does. */
export function createFront(slack: RequestListener, faults: SlackFaults): Server {
  const answeredAt = new Map<string, number>()

  /** @returns the seconds that are left; nothing where Slack answers */
  function secondsLeft(method: string): number | undefined {
    const { limit } = faults
    if (!limit?.of.test(method)) return undefined
    const now = performance.now()
    const left = (answeredAt.get(method) ?? Number.NEGATIVE_INFINITY) + limit.everyMs - now
    if (left > 0) return Math.ceil(left / 1000)
    answeredAt.set(method, now)
    return undefined
  }

  return createServer((request, response) => {
    const method = /([a-zA-Z]+\.[a-zA-Z.]+)/.exec(request.url ?? '')?.[1] ?? ''
    faults.calls.push(method)
    const seconds = secondsLeft(method)
    if (seconds !== undefined) return say(response, 'ratelimited', String(seconds))
    if (faults.change?.of.test(method)) changed(response, faults.change.change)
    const posting = request.url?.includes('chat.postMessage') ?? false
    const { fault } = faults
    const pass = () => slack(request, response)
    if (fault === 'away') return void request.socket.destroy()
    if (fault === 'storm') return storm(posting, faults.share, response, pass)
    if (fault === 'outside') return outside(request.url ?? '', faults, response, pass)
    if (typeof fault === 'object' && 'hangs' in fault)
      return fault.hangs.test(request.url ?? '') ? undefined : pass()
    if (typeof fault === 'object') {
      if (!(fault.of?.test(request.url ?? '') ?? posting)) return pass()
      if (fault.times !== undefined && --fault.times <= 0) faults.fault = 'well'
      return say(response, fault.says, fault.retryAfter)
    }
    if (!posting || fault === 'well') return pass()
    if (fault === 'refuses') return void response.writeHead(500).end()
    faults.fault = faults.next ?? 'well'
    const cut = fault === 'cuts-answer'
    instead(response, (end) => (cut ? end('{"ok":true,"chan') : response.destroy()), pass)
  })
}

function outside(url: string, faults: SlackFaults, response: ServerResponse, pass: () => void) {
  if (/conversations\.join/.test(url)) faults.fault = 'well'
  if (/conversations\.(history|replies)|files\.complete/.test(url)) return say(response, 'not_in_channel')
  pass()
}

function storm(posting: boolean, share: number, response: ServerResponse, pass: () => void) {
  const kinds = [
    () => void response.writeHead(429, { 'retry-after': '1' }).end(),
    () => void response.writeHead(500).end(),
    () => say(response, 'internal_error'),
    () => void response.destroy(),
    () => instead(response, () => response.destroy(), pass),
    () => instead(response, (end) => end(refusal('internal_error')), pass),
  ]
  // Only posts are taken and not answered: everything else may be asked again.
  const possible = posting ? kinds : kinds.slice(0, 4)
  const kind = possible[Math.floor(Math.random() / share)]
  return kind ? kind() : pass()
}

function say(response: ServerResponse, error: string, retryAfter = '1') {
  if (error === 'ratelimited') return void response.writeHead(429, { 'retry-after': retryAfter }).end()
  response.writeHead(200, { 'content-type': 'application/json' }).end(refusal(error))
}

const refusal = (error: string) => JSON.stringify({ ok: false, error })

/** Lets Slack do it, and answers something else. */
function instead(response: ServerResponse, answer: (end: (body: string) => void) => void, pass: () => void) {
  const end = response.end.bind(response) as (body: string) => void
  response.end = (() => {
    answer(end)
    return response
  }) as typeof response.end
  pass()
}

/** Lets Slack answer, and changes the answer; where the emulator has no such method, it is the answer. */
function changed(response: ServerResponse, change: Change['change']) {
  const end = response.end.bind(response) as (body: string) => ServerResponse
  const writeHead = response.writeHead.bind(response)
  response.writeHead = (() =>
    writeHead(200, { 'content-type': 'application/json' })) as typeof response.writeHead
  response.end = ((body: unknown) =>
    end(JSON.stringify(change(answerIn(String(body)))))) as typeof response.end
}

function answerIn(body: string): Json {
  try {
    return JSON.parse(body) as Json
  } catch {
    return { ok: false }
  }
}
