/** What can be made to go wrong, by name. */
export const faultNames = [
  'slow',
  'timeout',
  'accepted-timeout',
  'dropped',
  'accepted-dropped',
  'garbage',
  '400',
  '401',
  '402',
  '403',
  '404',
  '409',
  '422',
  '429',
  '500',
  '503',
] as const

export interface Fault {
  /** An endpoint's id, or `*`. */
  readonly endpoint: string
  readonly fault: (typeof faultNames)[number]
  /** How often it still happens; without it until it is mended. */
  times?: number | undefined
  /** 0 to 1. */
  readonly probability: number
  /** Of `slow`; milliseconds. */
  readonly delayMs: number
  /** Of a 429: `Retry-After` as it stands in the header; a second where left out. */
  readonly retryAfter?: string | undefined
  /** What CMR says with a refusal. */
  readonly message?: string | undefined
}

/** CMR's own words for its refusals. */
export const messages: Record<string, string> = {
  '400': 'Bad request',
  '401': 'Invalid API Key',
  '402': 'Insufficient wallet balance',
  '403': 'Forbidden',
  '404': 'The requested user does not exist.',
  '409': 'The resource exists already.',
  '422': 'Parameter error',
  '429': 'Too many requests',
  '500': 'Internal server error',
  '503': 'Service unavailable',
}

/** The fault that strikes this request, if any; one that strikes a limited number of times is used up. */
export function strike(faults: Fault[], endpoint: string): Fault | undefined {
  const found = faults.find(
    (one) => (one.endpoint === '*' || one.endpoint === endpoint) && Math.random() < one.probability,
  )
  if (found?.times !== undefined && --found.times <= 0) faults.splice(faults.indexOf(found), 1)
  return found
}
