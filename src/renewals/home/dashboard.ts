import type { Logger } from 'pino'
import type { Store } from '../../store/store.ts'
import { openAlerts, openOperationViews, parkedOrders } from '../overview/open-work.ts'
import type { Dashboard } from './view.ts'

/** What is the same for everybody who looks at App Home. */
export type SharedDashboard = Omit<Dashboard, 'mine'>

/** Reads what App Home shows. A part that cannot be read is left out, and the others are shown all the same. */
export interface DashboardReader {
  shared(): Promise<SharedDashboard>
  of(slackUserId: string, shared: SharedDashboard): Promise<Dashboard>
}

export function createDashboardReader(parts: {
  readonly store: Store
  readonly clock: () => Date
  readonly logger: Logger
}): DashboardReader {
  const { store, clock, logger } = parts

  async function orNothing<Part>(reading: Promise<Part>): Promise<Part | undefined> {
    return reading.catch((error: unknown) => {
      logger.error({ err: error }, 'a part of App Home cannot be read')
      return undefined
    })
  }

  return {
    async shared() {
      const [alerts, open, parked] = await Promise.all([
        orNothing(openAlerts(store, clock())),
        orNothing(openOperationViews(store)),
        orNothing(parkedOrders(store)),
      ])
      return { alerts, openTotal: open?.total, parked }
    },
    of: async (slackUserId, shared) => ({
      ...shared,
      mine: await orNothing(openOperationViews(store, slackUserId)),
    }),
  }
}
