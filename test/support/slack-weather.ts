import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http'

/**
 * How Slack takes posts: well; not at all (500); taken, but the connection is lost; away with everything; now this,
 * now that; or refused with one of its own words. `outside`: the bot is in no channel until it joins, so that it
 * posts (`chat:write.public`) and reads nothing.
 */
export type SlackMood = 'well' | 'refuses' | 'drops-after' | 'away' | 'storm' | 'outside' | Refusal

/** What Slack says. */
interface Refusal {
  readonly says: string
  /** Of these methods; of posts where left out. */
  readonly of?: RegExp
  /** So often, then it is well again; until it is mended where left out. */
  times?: number
}

/** How Slack is at the moment; a test changes it. */
export interface SlackWeather {
  mood: SlackMood
  /** In a storm: which share of the posts fails, of each kind. */
  share: number
  /** The mood that follows once a connection was lost. */
  next?: SlackMood
}

/** Stands before Slack and fails as Slack does. */
export function createFront(slack: RequestListener, weather: SlackWeather): Server {
  return createServer((request, response) => {
    const posting = request.url?.includes('chat.postMessage') ?? false
    const { mood } = weather
    const pass = () => slack(request, response)
    if (mood === 'away') return void request.socket.destroy()
    if (mood === 'storm') return storm(posting, weather.share, response, pass)
    if (mood === 'outside') return outside(request.url ?? '', weather, response, pass)
    if (typeof mood === 'object') {
      if (!(mood.of?.test(request.url ?? '') ?? posting)) return pass()
      if (mood.times !== undefined && --mood.times <= 0) weather.mood = 'well'
      return say(response, mood.says)
    }
    if (!posting || mood === 'well') return pass()
    if (mood === 'refuses') return void response.writeHead(500).end()
    weather.mood = weather.next ?? 'well'
    instead(response, () => response.destroy(), pass)
  })
}

function outside(url: string, weather: SlackWeather, response: ServerResponse, pass: () => void) {
  if (/conversations\.join/.test(url)) weather.mood = 'well'
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

function say(response: ServerResponse, error: string) {
  if (error === 'ratelimited') return void response.writeHead(429, { 'retry-after': '1' }).end()
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
