/** `r3`, `R3` or `3`. */
export const isRoute = /^r?\d+$/i

/** As routes are kept. */
export function routeId(said: string): string {
  return `r${said.replace(/^r/i, '')}`
}
