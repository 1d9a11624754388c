import { startSandbox } from '../sandbox/sandbox.ts'
import { startPlayground } from './playground.ts'

const port = Number(process.env.PLAYGROUND_PORT || 4400)
const playground = await startPlayground({ port, startSandbox }).catch((error: NodeJS.ErrnoException) => {
  if (error.code !== 'EADDRINUSE') throw error
  const other = `PLAYGROUND_PORT=${port + 1} npm run playground`
  console.error(`Port ${port} is taken. PLAYGROUND_PORT names another: ${other}`)
  process.exit(1)
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
