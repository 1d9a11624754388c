import { retryAfterMs } from '../process/retries.ts'
import { scrubText } from '../process/seen-secrets.ts'
import { type Answer, type Endpoint, hasInferredPath, type RefusedItem } from './endpoint.ts'
import { CmrError, type CmrErrorKind, kindOfStatus, sentenceOf } from './errors.ts'
import { isWhollyRefused, namedItems, refusedItems } from './items.ts'
import { isObject, parseJson } from './json.ts'
import { LONGEST_PAUSE_MS } from './limiter.ts'
import { dropCredentials, rememberCredentials, shapeOf, unlabelled } from './redact.ts'

/**
 * Reads CMR's envelope `{status, message, data, actionId?}` ("Responses").
 * @param response as it came
 * @param request what was asked, under our own names
 * @param consumed the body, where a library has already read it
 * @throws CmrError for every refusal and for what makes no sense
 */
export async function readAnswer(
  endpoint: Endpoint,
  response: Response,
  request: { readonly query?: unknown; readonly body?: unknown } = {},
  consumed?: unknown,
): Promise<Answer<unknown>> {
  const text = consumed === undefined ? await response.text() : consumed
  const envelope = typeof text === 'string' ? parse(text) : text
  const said = isObject(envelope) ? envelope : {}
  const inBody = Number(said.status)
  // Where the two differ, the worse one counts.
  const status = inBody >= 400 && inBody < 600 ? Math.max(inBody, response.status) : response.status
  // Before CMR's words are taken over: they may repeat a password.
  rememberCredentials(said.data)
  const cmrMessage = typeof said.message === 'string' ? scrubText(unlabelled(said.message)) : undefined
  const actionId = actionIdOf(said)
  const isWrite = endpoint.effect !== 'read'

  if (status >= 300 && status < 400) {
    throw new CmrError(`CMR’s API has another address (${status}).`, {
      kind: 'unavailable',
      endpoint: endpoint.id,
      status,
      // 303 alone says that something was done before.
      mayHaveBeenAccepted: isWrite && status === 303,
      adminHint: 'Set CMR_API_URL to it, and restart the bot.',
    })
  }
  if (status >= 400) {
    const kind = kindOfStatus(status)
    throw new CmrError(sentenceOf(kind, status, cmrMessage), {
      kind,
      endpoint: endpoint.id,
      status,
      cmrMessage,
      actionId,
      data: dropCredentials(said.data),
      // Whoever stands before CMR may give up, and say so with a 408 too, while CMR still works on it.
      mayHaveBeenAccepted: isWrite && kind === 'unavailable',
      adminHint: hint(endpoint, status),
      ...(status === 429 && {
        retryAfterSeconds: Math.ceil(retryAfterMs(response, LONGEST_PAUSE_MS) / 1000),
      }),
    })
  }
  const asked = namedItems(endpoint, request)
  const refused = refusedItems(endpoint, said, asked)
  // A read of which nothing came still tells why, item by item; an order that was made is there to be looked at.
  const isMade = isObject(said.data) && said.data.orderId !== undefined
  // Before the answer is read: one that takes nothing may lack what every other has.
  if (isWrite && !isMade && isWhollyRefused(asked, refused))
    throw allRefused(endpoint, status, refused, asked.length)
  const parsed = endpoint.answer.safeParse(said.data)
  if (!isObject(envelope) || !parsed.success) {
    const issue = parsed.error?.issues[0]
    const where = isObject(envelope) && issue ? ` At data.${issue.path.join('.')}: ${issue.message}.` : ''
    throw new CmrError(`CMR gave an answer that the bot cannot read (${status}).`, {
      kind: 'unexpected-answer',
      endpoint: endpoint.id,
      status,
      actionId,
      mayHaveBeenAccepted: isWrite,
      adminHint: `It was ${shapeOf(envelope)}.${where}`,
    })
  }
  return { data: parsed.data, message: cmrMessage ?? '', ...(actionId && { actionId }), refused }
}

/** The failure of whoever needs all of a list of which some rows cannot be read. */
export function partlyUnreadable(endpoint: Endpoint, rows: number): CmrError {
  const some = rows === 1 ? 'a row' : `${rows} rows`
  return new CmrError(`CMR gave a list in which the bot cannot read ${some}.`, {
    kind: 'unexpected-answer',
    endpoint: endpoint.id,
    mayHaveBeenAccepted: endpoint.effect !== 'read',
    adminHint: 'Such a row may lack its id.',
  })
}

/** How many refused items a sentence names. */
const NAMED = 10

/** An answer that takes nothing is a refusal, although its status is 200. */
function allRefused(
  endpoint: Endpoint,
  status: number,
  refused: readonly RefusedItem[],
  asked: number,
): CmrError {
  const reasons = [...new Set(refused.map(({ reason }) => reason || 'no reason given'))]
  const each = refused
    .slice(0, NAMED)
    .map(({ names, reason }) => [names[0], reason].filter(Boolean).join(': '))
  const more = refused.length > NAMED ? ` and ${refused.length - NAMED} more` : ''
  const said = asked === 1 || reasons.length === 1 ? reasons.join('; ') : `${each.join('; ')}${more}`
  const kind = kindOfReasons(reasons)
  return new CmrError(sentenceOf(kind, undefined, said), {
    kind,
    endpoint: endpoint.id,
    status,
    cmrMessage: said,
    refused,
    mayHaveBeenAccepted: false,
  })
}

/** What kind of refusal it is, told from CMR's words alone: the status is 200. */
function kindOfReasons(reasons: readonly string[]): CmrErrorKind {
  if (reasons.every((reason) => /rate limit/i.test(reason))) return 'rate-limited'
  return reasons.every((reason) => /\b(wallet|balance)\b/i.test(reason)) ? 'wallet' : 'invalid'
}

/** A path that CMR does not document may simply be another one. */
function hint(endpoint: Endpoint, status: number): string | undefined {
  if (status !== 404 || !hasInferredPath(endpoint)) return undefined
  return 'If you are sure that it is there: CMR does not document this request, its path is inferred, and CMR_ENDPOINTS_FILE corrects it.'
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
