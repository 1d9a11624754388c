import { readFileSync } from 'node:fs'

const CONNECTIONS = 50

/** Does something with everything, fifty at once. */
export async function atOnce<T>(items: Iterable<T>, work: (item: T) => Promise<unknown>): Promise<void> {
  const iterator = Iterator.from(items)
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      for (const item of iterator) await work(item)
    }),
  )
}

/** Resident memory of a process in MB (proc(5): VmRSS). */
export function residentMb({ pid }: { readonly pid?: number | undefined }): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024
}
