import type { IncomingMessage, ServerResponse } from 'node:http'
import { isObject } from '../cmr/json.ts'
import type { PlaygroundClock } from './clock.ts'
import type { Conversation } from './conversation.ts'
import { readFile, uploadFile } from './files.ts'
import type { Interactions } from './interactions.ts'
import { parseBody, readBody } from './proxy.ts'
import type { InteractionPlace, Json } from './types.ts'
import type { Workspace } from './workspace.ts'

/** Where the bot says that people sign in to CMR; here the sandbox's wallet page stands in for it. */
const dashboardUrl = 'https://customers.coldmailreseller.com'

export interface BridgeParts {
  readonly workspace: Workspace
  readonly conversation: Conversation
  readonly interactions: Interactions
  readonly clock: PlaygroundClock
  /** Passes a request on to the sandbox's control paths. */
  readonly sandbox: (method: string, path: string, body?: Json) => Promise<{ status: number; body: unknown }>
  readonly sandboxUrl: string
  readonly setRole: (role: string) => Promise<void>
}

/** Answers the page under `/bridge/`. @returns whether the path was its own */
export function createBridge(
  parts: BridgeParts,
): (request: IncomingMessage, response: ServerResponse) => Promise<boolean> {
  const { workspace, conversation, interactions, clock } = parts

  async function say(person: string, channel: string, text: string) {
    const handle = workspace.people.find(({ id }) => id === person)?.handle
    const posted = await workspace.call('chat.postMessage', { channel, text }, handle)
    conversation.put({ channel, ts: String(posted.ts), author: { person }, text, blocks: [] })
    if (conversation.channel(channel)?.with) return interactions.write(person, channel, text)
    return { ok: true }
  }

  async function answer(path: string, body: Json): Promise<unknown> {
    const person = String(body.person)
    const place = body.place as InteractionPlace
    if (path === 'sandbox/clock') {
      const { now, advanceMs } = body
      await clock.move(typeof now === 'string' ? Date.parse(now) - clock.now().getTime() : Number(advanceMs))
      return { ok: true }
    }
    if (path === 'clock/stop') {
      clock.stop()
      return { ok: true }
    }
    if (path === 'command') return interactions.command(person, String(body.channel), String(body.line))
    if (path === 'say') return say(person, String(body.channel), String(body.line))
    if (path === 'action' && isObject(body.action)) return interactions.act(place, body.action)
    if (path === 'submit') return interactions.submit(place)
    if (path === 'close') return interactions.close(person)
    if (path === 'home') return interactions.openHome(person)
    if (path === 'options')
      return interactions.options(place, body.ask as Parameters<Interactions['options']>[1])
    if (path === 'role') return parts.setRole(String(body.role)).then(() => ({ ok: true }))
    return undefined
  }

  async function handle(request: IncomingMessage, response: ServerResponse, url: URL) {
    const method = request.method ?? 'GET'
    const path = url.pathname.replace('/bridge/', '')
    if (path === 'stream') {
      const here = `http://${request.headers.host}/dashboard`
      // Everything that the bot shows links to CMR's dashboard; in the playground these links lead to its stand-in.
      const linkHere = (text: string) =>
        text.replaceAll(parts.sandboxUrl, here).replaceAll(dashboardUrl, here)
      return stream(request, response, conversation, linkHere)
    }
    if (path.startsWith('file/')) return sendFile(response, workspace, path.slice('file/'.length))
    const raw = await readBody(request)
    if (path === 'upload')
      return json(response, 200, await uploadFile(workspace, url.searchParams.get('name') ?? 'file', raw))
    const body = parseBody(raw, request.headers['content-type'])
    // CMR's clock and the bot's are one: nobody moves one of them alone.
    if (path.startsWith('sandbox/') && path !== 'sandbox/clock') {
      const passed = await parts.sandbox(
        method,
        path.slice('sandbox'.length) + url.search,
        method === 'GET' ? undefined : body,
      )
      return json(response, passed.status, passed.body)
    }
    const answered = method === 'POST' ? await answer(path, body) : undefined
    return answered
      ? json(response, 200, answered)
      : json(response, 404, { ok: false, notice: 'No such path' })
  }

  return async function bridge(request, response) {
    const url = new URL(request.url ?? '/', 'http://playground')
    try {
      if (!url.pathname.startsWith('/bridge/') && url.pathname !== '/dashboard') return false
      if (isForeign(request)) json(response, 403, { ok: false, notice: 'Only the page itself may ask' })
      else if (url.pathname === '/dashboard')
        await passOn(request, response, `${parts.sandboxUrl}/${url.search}`)
      else await handle(request, response, url)
    } catch (error) {
      if (!response.headersSent)
        json(response, 500, { ok: false, notice: error instanceof Error ? error.message : String(error) })
    }
    return true
  }
}

/** Returns whether another site's page sent this; the playground listens on loopback, where any page could reach it. */
function isForeign(request: IncomingMessage): boolean {
  const { origin, host } = request.headers
  return origin !== undefined && origin !== `http://${host}`
}

/** Serves the sandbox's own page from here, so that one port is enough. */
async function passOn(request: IncomingMessage, response: ServerResponse, url: string) {
  const { method = 'GET' } = request
  const raw = await readBody(request)
  const answer = await fetch(url, {
    method,
    redirect: 'manual',
    ...(method === 'POST' && { body: new Uint8Array(raw) }),
  })
  const headers = ['content-type', 'location'].flatMap((name) => {
    const value = answer.headers.get(name)
    return value === null ? [] : [[name, value]]
  })
  response.writeHead(answer.status, Object.fromEntries(headers)).end(await answer.text())
}

/** @param linkHere maps links in what the page is sent */
function stream(
  request: IncomingMessage,
  response: ServerResponse,
  conversation: Conversation,
  linkHere: (text: string) => string,
) {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
  const send = (event: string, data: unknown) =>
    response.write(`event: ${event}\ndata: ${linkHere(JSON.stringify(data))}\n\n`)
  send('snapshot', conversation.snapshot())
  const stop = conversation.listen((change) => send('change', change))
  const beat = setInterval(() => response.write(': still here\n\n'), 15_000)
  request.once('close', () => {
    stop()
    clearInterval(beat)
  })
}

async function sendFile(response: ServerResponse, workspace: Workspace, id: string) {
  const { type, bytes } = await readFile(workspace, id)
  response.writeHead(200, { 'content-type': type, 'content-disposition': 'attachment' }).end(bytes)
}

function json(response: ServerResponse, status: number, body: unknown) {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body ?? null))
}
