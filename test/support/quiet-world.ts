import { startWorld } from './world.ts'
import type { WorldOptions } from './world-options.ts'

/**
 * A world in which CMR is asked for people alone. Otherwise the bot looks every half minute whether CMR accepts its key:
 * here the first look, which is over by then, counts for as long as the test lasts.
 */
export async function startQuietWorld(options: WorldOptions = {}) {
  const world = await startWorld({ ...options, monotonic: () => 0 })
  await (await fetch(`${world.botUrl}/readyz`)).text()
  return world
}
