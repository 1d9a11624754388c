import type { FilesCompleteUploadExternalArguments, WebClient } from '@slack/web-api'
import { scrubText } from '../process/seen-secrets.ts'
import { directMessage } from './channels.ts'
import { isAnswerLost, postFailure } from './errors.ts'

/** A file that somebody put into a form. */
export interface SharedFile {
  readonly id: string
  readonly name: string
  readonly type: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** Files of the workspace: those that people give, and those that the bot makes for them. */
export interface Files {
  /** Reads a whole file. @throws DownloadError where Slack does not give it */
  read(id: string): Promise<SharedFile>
  /**
   * Shares a file: in a channel, in a thread of it, or with one person, as a direct message.
   * @throws where Slack does not take it
   */
  share(
    file: { readonly name: string; readonly content: string; readonly encoding?: BufferEncoding },
    to: (
      | { readonly channel: string; readonly threadTs?: string | undefined }
      | { readonly person: string }
    ) & {
      readonly comment?: string | undefined
    },
  ): Promise<void>
}

/** CSV files and pictures are far smaller. */
const MAX_BYTES = 10 * 1024 * 1024

const TIMEOUT_MS = 10_000
/** Half a list would be half an order: a file that is not as long as Slack says is not used. */
const NOT_WHOLE = 'Slack did not give me the whole file. Upload it again.'

/**
 * Builds the bot's access to files.
 * @param slack the bot's own client
 * @param access.token the bot's token: `url_private` asks for it ("Working with files")
 * @param access.slackApiUrl `SLACK_API_URL`, where another Slack Web API keeps the files
 */
export function createFiles(
  slack: WebClient,
  access: { readonly token: string; readonly slackApiUrl?: string | undefined },
): Files {
  return {
    async read(id) {
      const file = await fileInfo(slack, id)
      if (!file.url_private) throw new DownloadError(NOT_THE_FILE)
      if ((file.size ?? 0) > MAX_BYTES) throw new DownloadError(tooLarge(MAX_BYTES))
      const limits = { maxBytes: MAX_BYTES, timeoutMs: TIMEOUT_MS }
      const { bytes, type: answered } = await downloadFile(file.url_private, access, limits)
      const type = file.mimetype ?? 'application/octet-stream'
      if (!/^text\/html/i.test(type) && isPage(answered, bytes)) throw new DownloadError(NOT_THE_FILE)
      if (file.size !== undefined && bytes.byteLength !== file.size) throw new DownloadError(NOT_WHOLE)
      return { id, name: file.name ?? id, type, bytes }
    },
    async share({ name, content, encoding = 'utf8' }, to) {
      const channel = 'person' in to ? await directMessage(slack, to.person) : to.channel
      const threadTs = 'person' in to ? undefined : to.threadTs
      const { comment } = to
      const where = threadTs ? { channel_id: channel, thread_ts: threadTs } : { channel_id: channel }
      const bytes = Buffer.from(scrubText(content), encoding)
      const id = await uploadBytes(slack, name, bytes)
      const said = { files: [{ id, title: name }], ...where, ...(comment && { initial_comment: comment }) }
      try {
        await slack.files.completeUploadExternal(said as FilesCompleteUploadExternalArguments)
      } catch (error) {
        // A file that was not completed is none yet ("files.completeUploadExternal"): it would be shared a second time.
        if (!isAnswerLost(error) || !(await isThere(slack, id))) throw error
      }
    },
  }
}

/** Gives Slack the bytes of a file, which nobody sees yet. @returns its id @throws where Slack does not take them */
async function uploadBytes(slack: WebClient, filename: string, bytes: Buffer<ArrayBuffer>): Promise<string> {
  const { upload_url: address, file_id: id } = await slack.files.getUploadURLExternal({
    filename,
    length: bytes.byteLength,
  })
  if (!address || !id) throw new Error('Slack gave no place to upload a file to')
  const signal = AbortSignal.timeout(TIMEOUT_MS)
  const answer = await fetch(address, { method: 'POST', body: bytes, redirect: 'error', signal })
  await answer.body?.cancel()
  if (!answer.ok) throw new Error(`Slack did not take the bytes of a file (${answer.status})`)
  return id
}

function isThere(slack: WebClient, file: string): Promise<boolean> {
  return slack.files.info({ file }).then(
    () => true,
    () => false,
  )
}

/** Whether a page came, such as that on which people sign in, whatever it says of itself. */
function isPage(type: string, bytes: Uint8Array): boolean {
  if (/^(?:text\/html|application\/xhtml)/i.test(type)) return true
  const head = new TextDecoder().decode(bytes.subarray(0, 500)).replaceAll('\0', '')
  return /^[\uFEFF\uFFFD\s]*(?:<\?xml[^>]*>\s*)?(?:<!--[^>]*>\s*)?<(?:!doctype html|html|head|body|script|meta)\b/i.test(
    head,
  )
}

async function fileInfo(slack: WebClient, id: string) {
  try {
    const { file } = await slack.files.info({ file: id })
    return file ?? {}
  } catch (error) {
    const { kind, error: said } = postFailure(error)
    if (said === 'missing_scope') throw new DownloadError(NOT_THE_FILE, { cause: error })
    if (said === 'file_not_found' || said === 'file_deleted')
      throw new DownloadError('Slack no longer has this file. Upload it again.', { cause: error })
    const busy = kind === 'paced' ? 'Slack is busy' : 'Slack does not say where the file is'
    throw new DownloadError(`${busy}. Try again in a minute.`, { cause: error })
  }
}

/** Options of a download. */
export interface DownloadLimits {
  /** More bytes than this are not read, whatever the answer says of its own length. */
  readonly maxBytes: number
  /** Milliseconds, from the first request to the last byte. */
  readonly timeoutMs: number
}

/** Why a file could not be had from Slack; the message is a sentence for people, as plain text. */
class DownloadError extends Error {
  override readonly name = 'DownloadError'
}

/** Slack answers with a sign-in page where the token lacks the scope ("Working with files"). */
const NOT_THE_FILE = 'Slack did not give me the file; is `files:read` granted?'
const SLOW = 'Slack did not give me the whole file in time. Try again in a minute.'
const BROKEN = 'Slack did not give me the whole file. Try again in a minute.'
const ELSEWHERE = 'This file is not kept at Slack, so I cannot read it. Upload the file itself.'

/** From one of Slack's hosts to another; more than this is a circle. */
const MOST_REDIRECTS = 3

/**
 * Reads a file that needs the bot's token. The token goes to Slack's own hosts over https and nowhere else, and
 * neither do redirects: a file's address is what `files.info` says, which names other hosts for external files.
 * @param address `url_private` of a file
 * @param slackApiUrl `SLACK_API_URL`: its host counts as Slack's; over http only where it is this machine
 * @throws DownloadError where the answer is not the whole file
 */
export async function downloadFile(
  address: string,
  access: { readonly token: string; readonly slackApiUrl?: string | undefined },
  { maxBytes, timeoutMs }: DownloadLimits,
): Promise<{ readonly type: string; readonly bytes: Uint8Array<ArrayBuffer> }> {
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    const response = await follow(address, access, signal)
    const type = response.headers.get('content-type') ?? ''
    return { type, bytes: await readAtMost(response, maxBytes) }
  } catch (error) {
    if (error instanceof DownloadError) throw error
    throw new DownloadError(signal.aborted ? SLOW : BROKEN, { cause: error })
  }
}

async function follow(
  address: string,
  { token, slackApiUrl }: Parameters<typeof downloadFile>[1],
  signal: AbortSignal,
): Promise<Response> {
  let url = URL.parse(address)
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    // Slack itself sends on to where people sign in.
    if (!url || !isSlackHost(url, slackApiUrl))
      throw new DownloadError(redirects > 0 ? NOT_THE_FILE : ELSEWHERE)
    // Compressed answers could grow far beyond what was sent.
    const headers = { authorization: `Bearer ${token}`, 'accept-encoding': 'identity' }
    const response = await fetch(url, { headers, redirect: 'manual', signal })
    const location = response.headers.get('location')
    if (response.status >= 300 && response.status < 400 && location) {
      await response.body?.cancel()
      url = URL.parse(location, url)
      continue
    }
    if (response.ok) return response
    await response.body?.cancel()
    if (response.status === 401 || response.status === 403) throw new DownloadError(NOT_THE_FILE)
    throw new DownloadError(`Slack did not give me the file (${response.status}). Try again in a minute.`)
  }
  throw new DownloadError(NOT_THE_FILE)
}

/** Returns whether the bot's token may be sent to this address. */
export function isSlackHost(url: URL, slackApiUrl?: string): boolean {
  const own = slackApiUrl ? URL.parse(slackApiUrl) : null
  if (own && url.hostname === own.hostname) return url.protocol === 'https:' || isLoopback(url.hostname)
  if (url.protocol !== 'https:' || url.port !== '') return false
  return /^([a-z0-9-]+\.)*slack\.com$/.test(url.hostname) || url.hostname === 'slack-files.com'
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname)
}

async function readAtMost(response: Response, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    length += chunk.byteLength
    // Leaving the loop cancels the rest of the answer.
    if (length > maxBytes) throw new DownloadError(tooLarge(maxBytes))
    chunks.push(chunk)
  }
  const whole = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.byteLength
  }
  return whole
}

/** The sentence for a file that is over the limit. @param maxBytes a whole number of MiB */
function tooLarge(maxBytes: number): string {
  return `The file is over ${maxBytes / 1024 / 1024} MB: upload a smaller one.`
}
