import type { WebClient } from '@slack/web-api'
import { scrubText } from '../process/seen-secrets.ts'
import { directMessage } from './direct-message.ts'
import { DownloadError, downloadFile, NOT_THE_FILE, tooLarge } from './download.ts'
import { postFailure } from './errors.ts'

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
      await slack.filesUploadV2({
        ...where,
        filename: name,
        file: Buffer.from(scrubText(content), encoding),
        ...(comment && { initial_comment: comment }),
      })
    },
  }
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
