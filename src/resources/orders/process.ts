import { z } from 'zod'
import { toCents } from '../../cmr/money.ts'
import type { CommandContext } from '../../commands/context.ts'
import type { Price } from '../prices.ts'
import { askAvailability } from './availability.ts'
import type { OfOrder } from './messages.ts'
import { orderPrice } from './price.ts'

const domain = z.looseObject({ domain: z.string(), years: z.number().optional() })
const person = z.looseObject({ username: z.string().default('?'), onWarmup: z.boolean().optional() })
const contents = z.looseObject({
  domains: z.array(domain).optional(),
  mailboxes: z.record(z.string(), z.array(person)).optional(),
})

/** What is ordered; nothing where CMR does not tell it. The answer's shape is inferred: it may stand in it as a whole, or be spread out. */
export function contentsOf(data: Readonly<Record<string, unknown>>) {
  const read = [data, data.request, data.order].map((one) => contents.safeParse(one))
  return read.find(({ data: one }) => one?.domains || one?.mailboxes)?.data
}

/** What an order that waits will cost: CMR's own amount, else worked out from what it holds. */
export async function waitingOrderPrice(context: CommandContext, order: OfOrder): Promise<Price> {
  const { data } = await context.cmr.orders.get({ query: order })
  const told = toCents(data.totalPrice ?? data.price ?? data.amount)
  if (told !== undefined) return { cents: told }
  const held = contentsOf(data)
  if (!held) return { cents: undefined }
  const domains = held.domains ?? []
  const { known, failure } = await askAvailability(
    context,
    domains.map((one) => one.domain),
  )
  if (failure) throw failure
  const people = Object.values(held.mailboxes ?? {}).flat()
  const taken = domains.filter((one) => known[one.domain]?.available === false)
  return orderPrice(
    {
      domains: domains.map((one) => ({
        name: one.domain,
        yearly: taken.includes(one) ? undefined : known[one.domain]?.cents,
        years: one.years ?? 1,
      })),
      mailboxes: people.length,
      warmups: people.filter(({ onWarmup }) => onWarmup).length,
    },
    context.prices,
  )
}
