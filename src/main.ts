import { enableCompileCache, flushCompileCache } from 'node:module'
import { setFlagsFromString } from 'node:v8'

// Before anything else is imported: what comes before it is stripped of its types and compiled at every start.
enableCompileCache()
// Loading the modules leaves so much garbage that the young generation would grow to 130 MB and keep them.
setFlagsFromString('--semi-space-growth-factor=1')
const { runBot } = await import('./run-bot.ts')
await runBot()
// Otherwise only a process that ends by itself leaves it behind.
flushCompileCache()
setFlagsFromString('--semi-space-growth-factor=2')
// V8 otherwise lets a heap of 50 MB grow to 220 MB before it collects what each look at all renewals leaves behind.
setFlagsFromString('--heap-growing-percent=30')
