import type { Ingest } from '../events/ingest.ts'
import type { ChannelAccess } from '../slack/channel-access.ts'
import type { AlertLookup } from './alert-lookup.ts'
import type { AlertState } from './messages/index.ts'
import type { RouteTable } from './routing/route-table.ts'

/** What commands may use of alerts. */
export interface AlertService {
  readonly routes: RouteTable
  readonly channelAccess: ChannelAccess
  readonly ingest: Ingest
  /** There may be something to post, or a root to edit. */
  readonly wake: () => void
  /** Ends every wait that Slack or CMR has asked for: a person says that they are well. */
  readonly endWaits: () => void
  /** The channel that hears what no route takes: its id, or #name as long as nobody has looked it up. */
  readonly alertsChannel: string | undefined
  readonly lookUp: AlertLookup
  /** What the buttons of every alert depend on. */
  readonly state: AlertState
}
