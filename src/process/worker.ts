/** Something that goes on in the background for as long as the bot runs. */
export interface Worker {
  /** As `/readyz` and `/cmr status` name it. */
  readonly name: string
  start(): Promise<void>
  /** Takes no more, finishes what it is doing. */
  stop(): Promise<void>
  /** Gives back what it has leased although it is not done: when the time for stopping is over. */
  handBack?(): Promise<void>
  running(): boolean
  /**
   * Why it cannot do its work at all although it runs; nothing where it can. `/readyz` is red because of it: what
   * only has to be known is a `HealthCheck` of its own.
   */
  trouble?(): Promise<string | undefined>
}
