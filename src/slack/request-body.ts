/** Parses a request of Slack into an object whose fields are checked where they are used. */
export type SlackBody = Record<string, unknown>

/**
 * Parses what Slack posts: JSON for events, a form for commands, JSON inside a form's `payload` for everything that
 * people do in messages and views ("Handling user interaction").
 * @returns undefined where it holds no object
 */
export function parseSlackBody(rawBody: Buffer, contentType = ''): SlackBody | undefined {
  const text = rawBody.toString()
  if (/^application\/json\b/i.test(contentType)) return objectIn(text)
  const form = new URLSearchParams(text)
  const payload = form.get('payload')
  return payload === null ? Object.fromEntries(form) : objectIn(payload)
}

function objectIn(text: string): SlackBody | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as SlackBody)
      : undefined
  } catch {
    return undefined
  }
}
