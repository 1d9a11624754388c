/** The faults that a test or the playground may inject, by name. What is `held` is answered once the fault is removed. */
export const faultNames = [
  'slow',
  'held',
  'timeout',
  'accepted-timeout',
  'dropped',
  'accepted-dropped',
  'garbage',
  'items',
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

export interface InjectedFault {
  /** An endpoint's id, or `*`. */
  readonly endpoint: string
  readonly fault: (typeof faultNames)[number]
  /** Requests that it still strikes; undefined strikes every one until it is removed. */
  times?: number | undefined
  /** 0 to 1. */
  readonly probability: number
  /** The delay of `slow`, in milliseconds. */
  readonly delayMs: number
  /** The `Retry-After` header of a 429, verbatim; one second by default. */
  readonly retryAfter?: string | undefined
  /** The status that a `held` request is refused with in the end. */
  readonly refusedWith?: keyof typeof messages | undefined
  /** The items that `items` refuses inside a 200, by their names. */
  readonly items?: readonly string[] | undefined
  /** CMR's sentence in the refusal. */
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
export function strike(faults: InjectedFault[], endpoint: string): InjectedFault | undefined {
  const found = faults.find(
    (one) => (one.endpoint === '*' || one.endpoint === endpoint) && Math.random() < one.probability,
  )
  if (found?.times !== undefined && --found.times <= 0) faults.splice(faults.indexOf(found), 1)
  return found
}
