import { startSandbox } from '../sandbox/sandbox.ts'
import { startPlayground } from './playground.ts'

const playground = await startPlayground({
  port: Number(process.env.PLAYGROUND_PORT || 4400),
  startSandbox,
})
console.log(`The playground is at ${playground.url} (Ctrl+C stops it)`)

let stopping = false
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, async () => {
    if (stopping) return
    stopping = true
    await playground.close()
    process.exit(0)
  })
}
