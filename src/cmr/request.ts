import type { Endpoint, RequestOf } from './endpoint.ts'
import { CmrError } from './errors.ts'

/** Refuses what CMR would refuse, before a request is spent on it. */
export function checked(endpoint: Endpoint, request: RequestOf<Endpoint>) {
  const query = endpoint.query.safeParse(request.query ?? {})
  const body = endpoint.body.safeParse(request.body)
  const issue = query.error?.issues[0] ?? body.error?.issues[0]
  if (issue) {
    throw new CmrError(`${issue.path.join('.') || 'The request'}: ${issue.message}`, {
      kind: 'invalid',
      endpoint: endpoint.id,
      mayHaveBeenAccepted: false,
    })
  }
  return { query: query.data ?? {}, body: body.data as Record<string, unknown> | undefined }
}

export function renamed(
  body: Record<string, unknown> | undefined,
  rename: Readonly<Record<string, string>> = {},
) {
  if (!body) return undefined
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [rename[name] ?? name, value]))
}

/** Takes out of a body what a correction sends as a header. Texts alone can be one. */
export function withoutHeaders(
  body: Record<string, unknown> | undefined,
  corrected: Readonly<Record<string, string>> = {},
): { body: Record<string, unknown> | undefined; headers: Record<string, string> } {
  const headers: Record<string, string> = {}
  if (!body) return { body, headers }
  const kept = Object.entries(body).filter(([name, value]) => {
    const header = corrected[name]
    if (!header || value === undefined) return true
    headers[header] = String(value)
    return false
  })
  return { body: Object.fromEntries(kept), headers }
}

/** Files go as parts named `files[user@domain]`; what is not text goes as JSON. */
export function multipart(body: Record<string, unknown>): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(body)) {
    if (value === undefined) continue
    if (name === 'files') {
      for (const [address, file] of Object.entries(value as Record<string, Blob>))
        form.append(`files[${address}]`, file)
    } else form.append(name, typeof value === 'string' ? value : JSON.stringify(value))
  }
  return form
}

/** Keys go into the header alone: people paste them into texts by mistake. */
export function keyInside(endpoint: Endpoint): CmrError {
  return new CmrError('This contains the API key. Take it out, then send it again.', {
    kind: 'invalid',
    endpoint: endpoint.id,
    mayHaveBeenAccepted: false,
  })
}

export function noSandbox(endpoint: Endpoint): CmrError {
  return new CmrError(
    'CMR’s sandbox for pre-warmed mailboxes is not set up here. It needs its own key and address.',
    {
      kind: 'not-set-up',
      endpoint: endpoint.id,
      mayHaveBeenAccepted: false,
      adminHint: 'Set them in CMR_SANDBOX_API_KEY and CMR_SANDBOX_API_URL, and restart the bot.',
    },
  )
}
