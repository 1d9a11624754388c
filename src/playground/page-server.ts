import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { createServer } from 'vite'

const root = fileURLToPath(new URL('page', import.meta.url))

/**
 * Serves the page through Vite, beside the bridge, on one server.
 * @returns how to stop
 */
export async function servePage(
  server: Server,
  bridge: (request: IncomingMessage, response: ServerResponse) => Promise<boolean>,
): Promise<() => Promise<void>> {
  const vite = await createServer({
    root,
    configFile: false,
    envFile: false,
    appType: 'spa',
    logLevel: 'error',
    plugins: [react()],
    cacheDir: fileURLToPath(new URL('../../node_modules/.vite/playground', import.meta.url)),
    optimizeDeps: { include: ['react', 'react-dom/client', 'react/jsx-dev-runtime', 'slack-blocks-to-jsx'] },
    server: { middlewareMode: { server }, hmr: { server }, watch: null },
  })
  server.on('request', async (request: IncomingMessage, response: ServerResponse) => {
    if (!(await bridge(request, response))) vite.middlewares(request, response)
  })
  return () => vite.close()
}
