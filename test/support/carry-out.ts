import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import type { World } from './world.ts'

/** How long a person waits for what they asked for; CMR's own pace and a busy machine included. */
const TIMEOUT_MS = 12_000

/**
 * Says a command and goes through whatever comes, forms, steps and confirmations, as a person would who wants it
 * done, until it is.
 * @param values by field, for forms; what the line says need not be said again
 * @param seen throws as long as the effect is not there
 */
export async function carryOut(
  world: World,
  line: string,
  values: Record<string, string>,
  seen: () => Promise<void> | void,
  person = world.ana.id,
): Promise<void> {
  const { ok, notice } = await world.say(line, person)
  expect(ok, notice).toBe(true)
  let submitted: string | undefined
  for (const until = Date.now() + TIMEOUT_MS; ; await sleep(20)) {
    const missing = await Promise.resolve()
      .then(seen)
      .then(() => undefined)
      .catch((error: unknown) => error)
    if (missing === undefined) return
    const view = world.modalOf(person)
    if (view?.submit && view.hash !== submitted) {
      submitted = view.hash
      const { typed } = JSON.parse(String(view.private_metadata || '{}'))
      const { errors } = await world.submit({ ...values, ...(typed && { confirmName: typed }) }, person)
      expect(errors, `${line}: ${JSON.stringify(view.blocks)}`).toBeUndefined()
    } else if (Date.now() > until) {
      const shown = JSON.stringify(view?.blocks ?? 'no form')
      throw new Error(`${line} came to nothing. ${shown}\n${world.read().slice(-1500)}`, { cause: missing })
    }
  }
}
