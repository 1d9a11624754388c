/** Options of a download. */
export interface DownloadLimits {
  /** More bytes than this are not read, whatever the answer says of its own length. */
  readonly maxBytes: number
  /** Milliseconds, from the first request to the last byte. */
  readonly timeoutMs: number
}

/** Why a file could not be had from Slack; the message is a sentence for people, as plain text. */
export class DownloadError extends Error {
  override readonly name = 'DownloadError'
}

/** Slack answers with a sign-in page where the token lacks the scope ("Working with files"). */
export const NOT_THE_FILE = 'Slack did not give me the file; is `files:read` granted?'
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
export function tooLarge(maxBytes: number): string {
  return `The file is over ${maxBytes / 1024 / 1024} MB: upload a smaller one.`
}
