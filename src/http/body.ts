import type { IncomingMessage } from 'node:http'

/**
 * Reads the body of a request.
 * @param limit in bytes; a larger body is read to its end but not kept
 * @returns 'too large' as soon as the limit is passed; undefined if the connection ended before the body did
 */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer | 'too large' | undefined> {
  return new Promise((resolve) => {
    let chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= limit) chunks.push(chunk)
      else {
        chunks = []
        resolve('too large')
      }
    })
    request.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)))
    request.on('error', () => resolve(undefined))
    request.on('close', () => resolve(undefined))
  })
}
