/** A part of the product as people use it, which fails with the workers and dependencies that serve it. */
export type Service = 'commands' | 'alerts' | 'changes' | 'renewals' | 'imports'

/** Something that goes on in the background for as long as the bot runs. */
export interface Worker {
  /** As `/readyz`, the metrics and, for admins, `/cmr status` name it. */
  readonly name: string
  readonly serves: Service
  start(): Promise<void>
  /** Takes no more, finishes what it is doing. */
  stop(): Promise<void>
  /** Gives back what it has leased although it is not done: when the time for stopping is over. */
  handBack?(): Promise<void>
  /** Does at once what is due by the bot's clock, which has been moved; left out where nothing depends on it. */
  catchUp?(): Promise<void>
  running(): boolean
  /**
   * Why it cannot do its work at all although it runs; nothing where it can. `/readyz` is red because of it: what
   * only has to be known is a `HealthCheck` of its own.
   */
  trouble?(): Promise<string | undefined>
}
