import type { Logger } from 'pino'
import type { Access } from '../access/roles.ts'
import type { AlertService } from '../alerts/alert-service.ts'
import type { Cmr } from '../cmr/client.ts'
import type { ListPrices } from '../cmr/money.ts'
import type { Status } from '../health/health.ts'
import type { OperationDeadlines } from '../operations/deadlines.ts'
import type { OperationTraitsOf } from '../operations/operation-traits.ts'
import type { OperationPoller } from '../operations/poller.ts'
import type { Sending } from '../operations/sending.ts'
import type { Files } from '../slack/files.ts'
import type { Store } from '../store/store.ts'
import type { Drafts } from './drafts.ts'
import type { Places } from './places.ts'

/** Who asks, and where the answer belongs. */
export interface Caller {
  readonly userId: string
  readonly teamId: string
  /** The channel the command, button or form came from; none for App Home. */
  readonly channelId?: string | undefined
}

/** What every command is handed: the parts of the house it may use, and who asks. */
export interface CommandContext {
  readonly caller: Caller
  readonly cmr: Cmr
  /** Sends several requests as one operation, one after the other; there while a command that changes something runs. */
  readonly sendEach?: Sending['each']
  readonly places: Places
  readonly prices: ListPrices
  readonly store: Store
  readonly files: Files
  /** How patient the bot is with CMR. */
  readonly deadlines: OperationDeadlines
  /** Finds what operations need to know of an endpoint, by its id. */
  readonly traitsOf: OperationTraitsOf
  /** Asks CMR how an operation stands. */
  readonly operationPoller: Pick<OperationPoller, 'check'>
  readonly alerts: AlertService
  readonly drafts: Drafts
  readonly access: Access
  readonly clock: () => Date
  readonly logger: Logger
  /** Whether the bot and what it stands on are healthy. */
  readonly status: () => Promise<Status>
}
