import type { Answer, Endpoint } from './endpoint.ts'
import { CmrError, kindOfStatus, sentenceOf } from './errors.ts'
import { parseJson } from './json.ts'
import { dropCredentials, shapeOf } from './redact.ts'

/**
 * Reads CMR's envelope `{status, message, data, actionId?}` ("Responses").
 * @param response as it came
 * @param consumed the body, where a library has already read it
 * @throws CmrError for every refusal and for what makes no sense
 */
export async function readAnswer(
  endpoint: Endpoint,
  response: Response,
  consumed?: unknown,
): Promise<Answer<unknown>> {
  const text = consumed === undefined ? await response.text() : consumed
  const envelope = typeof text === 'string' ? parse(text) : text
  const said = isObject(envelope) ? envelope : {}
  const inBody = Number(said.status)
  // Where the two differ, the worse one counts.
  const status = inBody >= 400 && inBody < 600 ? Math.max(inBody, response.status) : response.status
  const cmrMessage = typeof said.message === 'string' ? said.message : undefined
  const actionId = actionIdOf(said)
  const isWrite = endpoint.effect !== 'read'

  if (status >= 300 && status < 400) {
    throw new CmrError(
      `CMR’s API has another address (${status}): whoever runs the bot sets CMR_API_URL to it.`,
      // 303 alone says that something was done before.
      { kind: 'unavailable', endpoint: endpoint.id, status, mayHaveBeenAccepted: isWrite && status === 303 },
    )
  }
  if (status >= 400) {
    const kind = kindOfStatus(status)
    throw new CmrError(sentenceOf(kind, status, cmrMessage) + hint(endpoint, status), {
      kind,
      endpoint: endpoint.id,
      status,
      cmrMessage,
      actionId,
      data: dropCredentials(said.data),
      mayHaveBeenAccepted: isWrite && status >= 500,
      retryAfterSeconds: Number(response.headers.get('retry-after')) || undefined,
    })
  }
  const parsed = endpoint.answer.safeParse(said.data)
  if (!isObject(envelope) || !parsed.success) {
    const issue = parsed.error?.issues[0]
    const where = isObject(envelope) && issue ? ` At data.${issue.path.join('.')}: ${issue.message}.` : ''
    throw new CmrError(`CMR gave an answer that makes no sense (${status}): ${shapeOf(envelope)}.${where}`, {
      kind: 'unexpected-answer',
      endpoint: endpoint.id,
      status,
      actionId,
      mayHaveBeenAccepted: isWrite,
    })
  }
  return { data: parsed.data, message: cmrMessage ?? '', ...(actionId && { actionId }) }
}

/** A path that CMR does not document may simply be another one. */
function hint(endpoint: Endpoint, status: number): string {
  if (status !== 404 || endpoint.source !== 'inferred') return ''
  return ' If you are sure that it is there, tell whoever runs the bot: CMR does not document this request, its path is inferred, and CMR_ENDPOINTS_FILE corrects it.'
}

function actionIdOf(said: Record<string, unknown>): string | undefined {
  const inner = isObject(said.data) ? said.data.actionId : undefined
  const found = said.actionId ?? inner
  return typeof found === 'string' || typeof found === 'number' ? String(found) : undefined
}

function parse(text: string): unknown {
  try {
    return parseJson(text)
  } catch {
    return text
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
