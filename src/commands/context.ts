import type { Kysely } from 'kysely'
import type { Logger } from 'pino'
import type { CmrApi } from '../cmr/client.ts'
import type { Endpoint, RequestOf } from '../cmr/endpoint.ts'
import type { ListPrices } from '../cmr/money.ts'
import type { FollowUp, OperationTraitsOf } from '../operations/expected-results.ts'
import type { Files } from '../slack/files.ts'
import type { Schema } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import type { Drafts } from './drafts.ts'
import type { Permissions } from './permissions.ts'
import type { Places } from './places.ts'

/** How something was asked for. */
export type EntryPoint = 'command' | 'button' | 'form' | 'import' | 'approval'

/** Who asks, and where the answer belongs. */
export interface Caller {
  readonly userId: string
  readonly teamId: string
  /** The channel the command, button or form came from; none for App Home. */
  readonly channelId?: string | undefined
  /** The thread of the message whose button it came from: an alert’s, or a receipt’s. */
  readonly threadTs?: string | undefined
  /** How they asked, for the audit. */
  readonly via?: EntryPoint | undefined
}

/** One of several requests of an operation. */
export interface SeparateRequest {
  readonly request: RequestOf<Endpoint>
  /** What people call the thing that it is about. */
  readonly label: string
}

/** What became of one of several requests. */
export interface RequestOutcome {
  readonly label: string
  /** `taken`: CMR has yet to do it. `waiting`: it left, and it is not known whether CMR acted on it. */
  readonly state: 'done' | 'taken' | 'failed' | 'waiting'
  /** CMR's own words for a refusal, or why it was not sent. */
  readonly detail: string | null
}

/**
 * Sends several requests to one endpoint as the one change of an operation, and reports what became of each.
 * @param check throws where they must not be sent after all; nobody else begins anything meanwhile
 * @throws CmrError where it is a single request, as CMR refused it; DuplicateOperationError where somebody has
 * asked for one of them
 */
export type SendEach = (
  endpoint: Endpoint,
  requests: readonly SeparateRequest[],
  check?: (db: Kysely<Schema>) => Promise<void>,
) => Promise<readonly RequestOutcome[]>

/**
 * Writes requests down as the one change of an operation. The bot sends them by itself, one after the other in the
 * turns that people leave, also after a restart, and none of them twice.
 * @param plan in the order in which they are to be sent
 * @throws DuplicateOperationError where somebody has asked for one of them; CmrError where one came about meanwhile
 */
export type SendPlanned = (plan: readonly FollowUp[]) => Promise<void>

/** What every command is handed. A command that needs more is declared with `commandWith`. */
export interface CommandContext {
  readonly caller: Caller
  /** While a command that changes something runs, every request through it is written down first. */
  readonly cmr: CmrApi
  /** Is there while a command that changes something runs. */
  readonly sendEach?: SendEach
  /**
   * Says, before the change is sent, what the bot sends by itself once parts of it have come about. It is there while
   * a command that changes something runs.
   */
  readonly followWith?: (followUps: readonly FollowUp[]) => void
  /** Is there while a command that changes something runs. */
  readonly sendPlanned?: SendPlanned
  readonly places: Places
  readonly prices: ListPrices
  /**
   * Returns the cents that the wallet needs until the end of today and of each day after it, so that all that renews by
   * itself is paid; undefined while CMR has not been read whole.
   */
  readonly walletNeeds?: () => Promise<readonly number[] | undefined>
  /** Returns what people are called in Slack, by their ids, as far as it is known. */
  readonly namesOf?: (userIds: readonly string[]) => Promise<ReadonlyMap<string, string>>
  readonly store: Store
  readonly files: Files
  /** Finds what operations need to know of an endpoint, by its id. */
  readonly traitsOf: OperationTraitsOf
  readonly drafts: Drafts
  readonly access: Permissions
  readonly clock: () => Date
  readonly logger: Logger
  /** IANA (`CMR_TIMEZONE`). */
  readonly zone: string
}
