import type { Json } from '../types.ts'

/** The sandbox's state as `GET /sandbox/state` returns it. */
export interface SandboxState {
  /** ISO time of CMR's clock. */
  readonly now: string
  readonly walletCents: number
  /** What renews next, and when; ISO. */
  readonly nextRenewal?: { readonly at: string; readonly name: string }
  readonly events: readonly string[]
  readonly endpoints: readonly string[]
  /** The names of the endpoints that can be made to fail. */
  readonly faults: readonly string[]
  readonly active: readonly { readonly endpoint: string; readonly fault: string }[]
  /** The share of webhooks that get lost, 0 to 1. */
  readonly lose?: number
  readonly deliveries: readonly {
    readonly id: string
    readonly event: string
    readonly delivered: boolean
    /** A few words: "200", "timed out, tries again". */
    readonly outcome: string
  }[]
}

/** Properties of every sandbox panel. */
export interface PanelProps {
  readonly state: SandboxState
  /** Calls a control path of the sandbox, then shows the new state. */
  readonly control: (path: string, body: Json) => Promise<void>
}

/** Returns the sandbox's state; undefined while it does not answer. */
export async function readState(): Promise<SandboxState | undefined> {
  try {
    const response = await fetch('/bridge/sandbox/state')
    return response.ok ? await response.json() : undefined
  } catch {
    return undefined
  }
}
