import { createServer, type IncomingMessage, request as requestTo, type Server } from 'node:http'
import { isObject } from '../cmr/json.ts'
import { type Conversation, newTs } from './conversation.ts'
import { asAsked, broadcastsIn } from './reading.ts'
import type { Replies } from './replies.ts'
import type { Json, ShownMessage } from './types.ts'
import type { Views } from './views.ts'
import type { Workspace } from './workspace.ts'

/**
 * Stands between the bot and the emulator: passes every Web API call on, and writes down what people would
 * now see. `views.*` are answered here (see views.ts), and so are response URLs, `/respond/TOKEN` (see replies.ts).
 */
export function createProxy(
  workspace: Workspace,
  conversation: Conversation,
  views: Views,
  replies: Replies,
): Server {
  return createServer(async (request, response) => {
    const method = new URL(request.url ?? '/', 'http://proxy').pathname.replace(/^\/(api\/)?/, '')
    const raw = await readBody(request)
    const body = parseBody(raw, request.headers['content-type'])
    const send = (status: number, answer: string | Buffer, type = 'application/json') => {
      response.writeHead(status, { 'content-type': type }).end(answer)
    }
    try {
      if (method.startsWith('respond/')) {
        const { status, text } = await replies.take(method.slice('respond/'.length), body)
        return send(status, text, 'text/plain')
      }
      if (/^views\.(open|push|update|publish)$/.test(method)) {
        const known =
          (request.headers.authorization ?? `Bearer ${String(body.token)}`) === `Bearer ${workspace.token}`
        return send(
          200,
          JSON.stringify(known ? views.call(method, body) : { ok: false, error: 'invalid_auth' }),
        )
      }
      const { status, type, bytes } = await passOn(request, raw, workspace.url)
      const said = parseBody(bytes, 'application/json')
      if (said.ok === true) record(method, body, said, conversation)
      if (said.ok === true && /^conversations\.(history|replies)$/.test(method)) {
        const broadcasts = method.endsWith('history') ? broadcastsIn(String(body.channel), conversation) : []
        return send(200, JSON.stringify(asAsked(said, body, broadcasts)))
      }
      if (said.ok === true && method === 'files.info') return send(200, filesHere(bytes, workspace, request))
      if (said.ok === true && method === 'users.info' && isObject(said.user)) {
        return send(200, JSON.stringify({ ...said, user: accountOf(said.user, workspace) }))
      }
      if (said.ok === true && method === 'conversations.info' && isObject(said.channel)) {
        const channel = { ...said.channel, ...workspace.sharing.get(String(body.channel)) }
        return send(200, JSON.stringify({ ...said, channel }))
      }
      if (said.ok === true && method === 'conversations.members') {
        return send(
          200,
          JSON.stringify({ ...said, members: membersOf(said, String(body.channel), workspace) }),
        )
      }
      send(status, bytes, type)
    } catch (error) {
      send(502, JSON.stringify({ ok: false, error: 'internal_error', detail: String(error) }))
    }
  })
}

/** Sends a request on as it came. @returns the answer, whole */
function passOn(request: IncomingMessage, body: Buffer, url: string) {
  const { host: _, connection: __, 'transfer-encoding': ___, ...headers } = request.headers
  return new Promise<{ status: number; type: string; bytes: Buffer }>((resolve, reject) => {
    requestTo(
      new URL(request.url ?? '/', url),
      { method: request.method, headers: { ...headers, 'content-length': body.length } },
      (answer) => {
        const { statusCode: status = 502, headers } = answer
        const type = headers['content-type'] ?? 'application/json'
        readBody(answer).then((bytes) => resolve({ status, type, bytes }), reject)
      },
    )
      .once('error', reject)
      .end(body)
  })
}

/**
 * Names this proxy as the place of a file: to the bot it is Slack, and Slack's files are on hosts of Slack's. The
 * emulator names itself.
 */
function filesHere(bytes: Buffer, workspace: Workspace, { headers }: IncomingMessage): string {
  return bytes.toString().replaceAll(new URL(workspace.url).origin, `http://${headers.host}`)
}

/** The emulator knows neither guests nor people of other companies ("users.info"). */
function accountOf(user: Json, { accounts }: Workspace): Json {
  const flags = { is_restricted: false, is_ultra_restricted: false, is_stranger: false }
  return { ...user, ...flags, ...accounts.get(String(user.id)) }
}

/** Everybody but the outsiders who are not invited. */
function membersOf({ members }: Json, channel: string, { outsiders, invited }: Workspace): unknown[] {
  const isOut = (id: unknown) =>
    outsiders.some((one) => one.id === id) && !invited.get(channel)?.includes(String(id))
  return Array.isArray(members) ? members.filter((id) => !isOut(id)) : []
}

/** Records the visible effect of a successful call of the bot. */
function record(method: string, body: Json, answer: Json, conversation: Conversation) {
  const channel = String(answer.channel ?? body.channel)
  if (method === 'conversations.open') return void openDirect(answer.channel, body.users, conversation)
  if (method === 'chat.postMessage') {
    openDirect({ id: channel }, body.channel, conversation)
    return conversation.put(messageOf(channel, String(answer.ts), body))
  }
  if (method === 'chat.postEphemeral') {
    const ts = String(answer.message_ts)
    return conversation.put({ ...messageOf(String(body.channel), ts, body), ephemeralFor: String(body.user) })
  }
  if (method === 'chat.update') {
    const ts = String(answer.ts)
    const old = conversation.find(channel, ts)
    if (!old) return
    const changed = messageOf(channel, ts, body)
    // Only a changed `text` is marked as edited; omitted metadata is kept ("chat.update").
    const edited = changed.blocks.length === 0
    return conversation.put({ ...old, ...changed, threadTs: old.threadTs, edited })
  }
  if (method === 'chat.delete') return conversation.remove(channel, String(body.ts))
  if (method === 'files.completeUploadExternal' && body.channel_id) {
    const files = (Array.isArray(answer.files) ? answer.files : []).filter(isObject)
    conversation.put({
      ...messageOf(String(body.channel_id), newTs(), {
        text: body.initial_comment,
        thread_ts: body.thread_ts,
      }),
      files: files.map((file) => ({ id: String(file.id), name: String(file.name ?? file.title ?? file.id) })),
    })
  }
}

function messageOf(channel: string, ts: string, body: Json): ShownMessage {
  const blocks = unpacked(body.blocks)
  const metadata = unpacked(body.metadata)
  return {
    channel,
    ts,
    author: 'bot',
    text: typeof body.text === 'string' ? body.text : '',
    blocks: Array.isArray(blocks) ? blocks.filter(isObject) : [],
    threadTs: typeof body.thread_ts === 'string' ? body.thread_ts : undefined,
    ...(String(body.reply_broadcast) === 'true' && { broadcast: true }),
    ...(metadata !== undefined && { metadata }),
  }
}

/** In a form body, structures are JSON in text. */
function unpacked(value: unknown): unknown {
  return typeof value === 'string' ? JSON.parse(value) : value
}

/** A message to a person is a conversation of its own, which then stands in their list. */
function openDirect(opened: unknown, to: unknown, conversation: Conversation) {
  const person = conversation.person(String(to))
  if (!person || !isObject(opened) || conversation.channel(String(opened.id))) return
  conversation.addChannel({
    id: String(opened.id),
    name: 'CMR',
    topic: 'Direct messages from CMR',
    with: person.id,
  })
}

/** The whole body of a request. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/** A JSON or form body as an object; anything else is an empty one. */
export function parseBody(raw: Buffer, type = ''): Json {
  if (type.includes('json')) {
    try {
      const parsed: unknown = JSON.parse(raw.toString())
      return isObject(parsed) ? parsed : {}
    } catch {
      return {}
    }
  }
  return type.includes('urlencoded') ? Object.fromEntries(new URLSearchParams(raw.toString())) : {}
}
