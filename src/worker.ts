/** Something that goes on in the background for as long as the bot runs. */
export interface Worker {
  /** As `/readyz` and `/cmr status` name it. */
  readonly name: string
  start(): Promise<void>
  /** Takes no more, finishes what it is doing. */
  stop(): Promise<void>
  running(): boolean
  /** Why it cannot do its work although it runs; nothing where all is well. */
  trouble?(): Promise<string | undefined>
}
