import { errors } from '../cmr/endpoints/account.ts'
import { endpointCommand } from './endpoints.ts'

/** `/cmr errors …` */
export const errorCommands = [endpointCommand(errors.send, { summary: 'Report to CMR' })]
