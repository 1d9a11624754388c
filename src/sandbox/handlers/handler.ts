import type { World } from '../world.ts'

/** A handler's answer; the API wraps it in CMR's envelope. */
export interface SandboxReply {
  readonly message: string
  readonly data?: unknown
  readonly status?: number
  readonly actionId?: string
}

/** A request that has passed the endpoint's own schemas. */
export interface SandboxRequest {
  readonly query: Readonly<Record<string, unknown>>
  readonly body: Readonly<Record<string, unknown>>
}

export type Handler = (world: World, asked: SandboxRequest) => SandboxReply

/** Names as strings, from a field that the schema has checked. */
export function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : []
}
