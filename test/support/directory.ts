import { expect } from 'vitest'
import { inStore } from './alerts.ts'
import { eventually } from './eventually.ts'
import type { World } from './world.ts'

/** The kinds that have been read whole. */
export const wholeKinds = `select kind from directory_passes where passes > 0 and kind in ('user', 'domain', 'subscription', 'mailbox')`

/** Waits until the directory holds everything that CMR has. */
export async function knowsEverything(world: World): Promise<void> {
  await eventually(() => expect(inStore(world, wholeKinds)).toHaveLength(4))
}
