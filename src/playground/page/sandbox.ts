import type { Json } from '../types.ts'

/** What the panel shows of the sandbox, as its `GET /sandbox/state` tells it. */
export interface SandboxState {
  /** ISO time of CMR's clock. */
  readonly now: string
  readonly walletCents: number
  readonly events: readonly string[]
  readonly endpoints: readonly string[]
  /** The names of what can be broken. */
  readonly faults: readonly string[]
  readonly active: readonly { readonly endpoint: string; readonly fault: string }[]
  /** How many of the webhooks get lost, 0 to 1. */
  readonly lose?: number
  readonly deliveries: readonly {
    readonly id: string
    readonly event: string
    readonly delivered: boolean
    /** A few words: "200", "timed out, tries again". */
    readonly outcome: string
  }[]
}

/** What every panel of the sandbox is handed. */
export interface PanelProps {
  readonly state: SandboxState
  /** Asks the sandbox to do something, then shows what it came to. */
  readonly tell: (path: string, body: Json) => Promise<void>
}

/** Asks the sandbox how it stands. @returns undefined while it does not answer */
export async function readState(): Promise<SandboxState | undefined> {
  try {
    const response = await fetch('/bridge/sandbox/state')
    return response.ok ? await response.json() : undefined
  } catch {
    return undefined
  }
}
