/**
 * Runs something once after so many milliseconds.
 * @returns how to prevent that; afterwards it does nothing
 */
export type Timer = (work: () => void, ms: number) => () => void

/** The timer of this process, which does not keep it alive. */
export const processTimer: Timer = (work, ms) => {
  const running = setTimeout(work, ms).unref()
  return () => clearTimeout(running)
}
