import type { WebClient } from '@slack/web-api'
import { directMessage } from './direct-message.ts'

/** A file that somebody put into a form. */
export interface SharedFile {
  readonly id: string
  readonly name: string
  readonly type: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** Files of the workspace: those that people give, and those that the bot makes for them. */
export interface Files {
  /** @throws Error with a sentence for people where Slack does not give it */
  read(id: string): Promise<SharedFile>
  /**
   * Shares a file: in a channel, in a thread of it, or with one person, as a direct message.
   * @throws where Slack does not take it
   */
  share(
    file: { readonly name: string; readonly content: string },
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

/**
 * @param slack the bot's own client
 * @param token the bot's token: `url_private` asks for it ("Working with files")
 */
export function createFiles(slack: WebClient, token: string): Files {
  return {
    async read(id) {
      const { file } = await slack.files.info({ file: id })
      if (!file?.url_private) throw new Error('Slack does not say where this file is.')
      if ((file.size ?? 0) > MAX_BYTES) throw new Error(`${file.name ?? 'The file'} is over 10 MB.`)
      const response = await fetch(file.url_private, {
        headers: { authorization: `Bearer ${token}` },
        signal: AbortSignal.timeout(10_000),
      })
      if (!response.ok)
        throw new Error(`Slack does not give ${file.name ?? 'the file'} (${response.status}).`)
      const bytes = new Uint8Array(await response.arrayBuffer())
      return { id, name: file.name ?? id, type: file.mimetype ?? 'application/octet-stream', bytes }
    },
    async share({ name, content }, to) {
      const channel = 'person' in to ? await directMessage(slack, to.person) : to.channel
      const threadTs = 'person' in to ? undefined : to.threadTs
      const { comment } = to
      const where = threadTs ? { channel_id: channel, thread_ts: threadTs } : { channel_id: channel }
      await slack.filesUploadV2({
        ...where,
        filename: name,
        content,
        ...(comment && { initial_comment: comment }),
      })
    },
  }
}
