import type { Json } from './types.ts'
import type { Workspace } from './workspace.ts'

/**
 * Puts a file into the workspace, as Slack does when somebody fills a `file_input`.
 * @returns the file object that stands in the submitted view's state
 */
export async function uploadFile(workspace: Workspace, filename: string, bytes: Buffer): Promise<Json> {
  const session = await workspace.call('files.getUploadURLExternal', { filename, length: bytes.byteLength })
  const uploaded = await fetch(String(session.upload_url), {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: new Uint8Array(bytes),
  })
  if (!uploaded.ok) throw new Error(`Slack did not take the file: HTTP ${uploaded.status}`)
  const files = [{ id: session.file_id, title: filename }]
  await workspace.call('files.completeUploadExternal', { files })
  const found = await workspace.call('files.info', { file: session.file_id })
  return found.file as Json
}

/** The bytes of a file that the bot shared. */
export async function readFile(workspace: Workspace, id: string): Promise<{ type: string; bytes: Buffer }> {
  const { file } = (await workspace.call('files.info', { file: id })) as { file: Json }
  const response = await fetch(String(file.url_private), {
    headers: { authorization: `Bearer ${workspace.token}` },
  })
  if (!response.ok) throw new Error(`Slack did not give the file: HTTP ${response.status}`)
  const type = response.headers.get('content-type') ?? 'application/octet-stream'
  return { type, bytes: Buffer.from(await response.arrayBuffer()) }
}
