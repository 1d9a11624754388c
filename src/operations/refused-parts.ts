import type { RefusedItem } from '../cmr/endpoint.ts'
import { refusalOf } from '../cmr/items.ts'
import type { ExpectedResultRow } from './store/expected-results.ts'

type RefusablePart = Pick<ExpectedResultRow, 'kind' | 'name'>

/**
 * Returns CMR's reason for refusing a part; nothing where it was not refused. CMR names the domain of a mailbox, and a
 * DNS record by its type and host, or by its host alone, which counts where it can mean one record only.
 */
export function reasonFor(
  refused: readonly RefusedItem[],
  { kind, name }: RefusablePart,
  all: readonly RefusablePart[],
): string | undefined {
  if (kind === 'mailbox') return refusalOf(refused, name.split('@')[1])
  const [, type, host] = kind === 'record' ? name.split(' ') : []
  if (host === undefined) return refusalOf(refused, name)
  const isOnly = (place: string) => all.filter((one) => one.name.includes(place)).length === 1
  const places = [`${type} ${host}`, host].filter((place) => isOnly(` ${place}`))
  return [name, ...places].map((one) => refusalOf(refused, one)).find((reason) => reason !== undefined)
}
