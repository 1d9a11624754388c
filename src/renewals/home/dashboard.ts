import type { Logger } from 'pino'
import type { ListPrices } from '../../cmr/money.ts'
import { type CustomerViewer, onlyTheirsNote } from '../../operations/customers.ts'
import type { Monotonic } from '../../process/clock.ts'
import type { Store } from '../../store/store.ts'
import { firstParkedOrders, openAlerts, openOperationViews } from '../overview/open-work.ts'
import { type Outlook, readOutlook } from '../overview/outlook.ts'
import type { Dashboard } from './view.ts'

/** What is the same for everybody who looks at App Home. */
export type SharedDashboard = Omit<Dashboard, 'mine'>

/** Reads what App Home shows. A part that cannot be read is left out, and the others are shown all the same. */
export interface DashboardReader {
  shared(): Promise<SharedDashboard>
  of(slackUserId: string, shared: SharedDashboard): Promise<Dashboard>
  /** The same for somebody with a role for some customers: theirs only, and not the wallet, which pays for all. */
  ofCustomers(viewer: CustomerViewer): Promise<Dashboard>
}

/** The outlook costs a tenth of a second with 50,000 mailboxes; it changes as CMR is read, page by page. */
const OUTLOOK_MS = 15_000

/** @param parts.zone IANA; says what day it is; `silentSince` tells since when CMR does not answer */
export function createDashboardReader(parts: {
  readonly store: Store
  readonly prices: ListPrices
  readonly zone: string
  readonly clock: () => Date
  readonly silentSince: () => Date | undefined
  readonly monotonic: Monotonic
  readonly logger: Logger
}): DashboardReader {
  const { store, prices, zone, clock, silentSince, monotonic, logger } = parts
  let kept: { readonly outlook: Promise<Outlook>; readonly at: number } | undefined

  function outlook(): Promise<Outlook> {
    if (kept && monotonic() - kept.at < OUTLOOK_MS) return kept.outlook
    const reading = readOutlook(store, { now: clock(), zone, prices, silentSince: silentSince() })
    kept = { outlook: reading, at: monotonic() }
    reading.catch(() => {
      kept = undefined
    })
    return reading
  }

  async function orNothing<Part>(reading: Promise<Part>): Promise<Part | undefined> {
    return reading.catch((error: unknown) => {
      logger.error({ err: error }, 'a part of App Home cannot be read')
      return undefined
    })
  }

  return {
    async shared() {
      const [ahead, alerts, open, parked] = await Promise.all([
        orNothing(outlook()),
        orNothing(openAlerts(store, clock())),
        orNothing(openOperationViews(store)),
        orNothing(firstParkedOrders(store)),
      ])
      return { outlook: ahead, zone, alerts, openTotal: open?.total, parked }
    },
    of: async (slackUserId, shared) => ({
      ...shared,
      mine: await orNothing(openOperationViews(store, { actor: slackUserId })),
    }),
    async ofCustomers(viewer) {
      const { slackUserId: actor, customers } = viewer
      const asked = { now: clock(), zone, prices, silentSince: silentSince(), customers }
      const [ahead, alerts, open, parked, mine] = await Promise.all([
        orNothing(readOutlook(store, asked)),
        orNothing(openAlerts(store, clock(), customers)),
        orNothing(openOperationViews(store, { viewer })),
        orNothing(firstParkedOrders(store, viewer)),
        orNothing(openOperationViews(store, { actor, viewer })),
      ])
      const only = await onlyTheirsNote(store, customers)
      return { outlook: ahead, zone, alerts, openTotal: open?.total, parked, mine, only }
    },
  }
}
