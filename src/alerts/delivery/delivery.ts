import type { WebClient } from '@slack/web-api'
import type { Logger } from 'pino'
import type { Monotonic } from '../../process/clock.ts'
import type { Channels } from '../../slack/channels.ts'
import type { Files } from '../../slack/files.ts'
import type { NotifyAdmins } from '../../slack/notify-admins.ts'
import { createPostedMessages } from '../../slack/posted-message.ts'
import type { Store } from '../../store/store.ts'
import type { AlertLookup } from '../alert-lookup.ts'
import type { AlertState } from '../messages/index.ts'
import { createAfterwards } from './afterwards.ts'
import { createStep } from './channel-step.ts'
import { createDeliverer, type Deliverer } from './deliverer.ts'
import { createFailures } from './failures.ts'
import { createTurns } from './pace.ts'
import { createProbe } from './probe.ts'
import { createAlertPublisher } from './publisher.ts'

/**
 * What brings alerts from the outbox to Slack, put together.
 * @param parts.slack a client without retries of its own
 * @param parts.fallback where alerts go whose channel refuses them: id or #name (`CMR_ALERTS_CHANNEL`)
 * @param parts.paceMs between two messages in one channel (`CMR_ALERT_PACE_MS`)
 */
export function createDelivery(parts: {
  readonly store: Store
  readonly slack: WebClient
  readonly files: Pick<Files, 'share'>
  readonly channels: Channels
  readonly lookUp: AlertLookup
  readonly notifyAdmins: NotifyAdmins
  readonly fallback: string | undefined
  readonly paceMs: number
  readonly editPaceMs?: number | undefined
  readonly state?: AlertState
  readonly clock: () => Date
  readonly monotonic?: Monotonic | undefined
  readonly logger: Logger
}): Deliverer {
  const { slack, logger, state = {} } = parts
  const messages = createPostedMessages({ slack, logger, turn: createTurns() })
  const probe = createProbe(parts.monotonic)
  const failures = createFailures({ ...parts, probe })
  const publisher = createAlertPublisher({ ...parts, messages, state })
  const afterwards = createAfterwards({ ...parts, messages, state })
  const step = createStep({ ...parts, publisher, failures, afterwards })
  return createDeliverer({ ...parts, step, probe, trouble: failures.trouble })
}
