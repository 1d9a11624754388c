import { enableCompileCache, flushCompileCache } from 'node:module'
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'

const ENOUGH_BYTES = 32 * 1024 * 1024

// Before anything else is imported: what comes before it is stripped of its types and compiled at every start.
enableCompileCache()
// Loading the modules leaves so much garbage that the young generation would grow to 130 MB and keep them.
setFlagsFromString('--semi-space-growth-factor=1')
const { runBot } = await import('./run-bot.ts')
await runBot()
// Otherwise only a process that ends by itself leaves it behind.
flushCompileCache()
setFlagsFromString('--semi-space-growth-factor=2')
endGrowth()

/**
 * Stops the young generation from growing beyond what a flood of commands gains by: the first refresh of a big partner
 * would double it until it is 130 MB, and V8 takes no bound once it has begun.
 */
function endGrowth() {
  const timer = setInterval(() => {
    const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')
    if (young && young.space_size < ENOUGH_BYTES) return
    setFlagsFromString('--semi-space-growth-factor=1')
    clearInterval(timer)
  }, 1000)
  timer.unref()
}
