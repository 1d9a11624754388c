import type { InteractionOutcome, Json } from '../types.ts'

/** Calls the bridge. A lost bridge becomes a notice, as Slack shows a lost connection. */
export async function ask(path: string, body: object): Promise<InteractionOutcome & Json> {
  try {
    const response = await fetch(`/bridge/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return await response.json()
  } catch {
    return { ok: false, notice: 'The playground does not answer. Is it still running?' }
  }
}

/** Uploads a file. @returns Slack's file object */
export async function upload(file: File): Promise<Json> {
  const response = await fetch(`/bridge/upload?name=${encodeURIComponent(file.name)}`, {
    method: 'POST',
    body: file,
  })
  return response.json()
}
