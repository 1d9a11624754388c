import { placement } from '../cmr/endpoints/account.ts'
import { endpointCommand } from './endpoints.ts'

/** `/cmr placement …` */
export const placementCommands = [
  endpointCommand(placement.run, { summary: 'Run a placement test' }),
  endpointCommand(placement.reports, { summary: 'Placement reports' }),
]
