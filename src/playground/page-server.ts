import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { build, type Rolldown } from 'vite'

const root = fileURLToPath(new URL('page', import.meta.url))
const types: Record<string, string> = { html: 'text/html', js: 'text/javascript', css: 'text/css' }

/** The built page: its files by their path. */
export type BuiltPage = ReadonlyMap<string, string | Uint8Array>

/**
 * Builds the page in memory, as for production: served module by module, its first load takes seconds, and React's
 * development build draws many messages several times slower.
 */
export async function buildPage(): Promise<BuiltPage> {
  const built = (await build({
    root,
    configFile: false,
    envFile: false,
    logLevel: 'error',
    plugins: [react()],
    // What is split off is loaded when the page is idle; its size is no mistake to warn of.
    build: { write: false, modulePreload: false, chunkSizeWarningLimit: 2000 },
  })) as Rolldown.RolldownOutput
  return new Map(
    built.output.map((file) => [`/${file.fileName}`, file.type === 'chunk' ? file.code : file.source]),
  )
}

/** Answers with the page's files, after the bridge has had its turn. */
export function servePage(
  page: BuiltPage,
  bridge: (request: IncomingMessage, response: ServerResponse) => Promise<boolean>,
): RequestListener {
  return async function serve(request, response) {
    if (await bridge(request, response)) return
    const { pathname } = new URL(request.url ?? '/', 'http://playground')
    const path = pathname === '/' ? '/index.html' : pathname
    const file = page.get(path)
    if (file === undefined) return void response.writeHead(404).end('There is no such page')
    const type = types[path.split('.').at(-1) ?? ''] ?? 'application/octet-stream'
    response.writeHead(200, { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-cache' })
    response.end(file)
  }
}
