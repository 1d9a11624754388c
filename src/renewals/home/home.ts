import { createHash } from 'node:crypto'
import type { HomeView } from '@slack/types'
import type { WebClient } from '@slack/web-api'
import type { Logger } from 'pino'
import type { MembershipGuard } from '../../access/membership.ts'
import type { Permissions } from '../../commands/permissions.ts'
import { createBackgroundLoop, type Worker } from '../../process/background-loop.ts'
import type { Monotonic } from '../../process/clock.ts'
import { millisecondsInHour, millisecondsInMinute, subMilliseconds } from '../../process/dates.ts'
import { section } from '../../slack/blocks.ts'
import { postFailure } from '../../slack/errors.ts'
import type { Store } from '../../store/store.ts'
import type { DashboardReader, SharedDashboard } from './dashboard.ts'
import { homeView } from './view.ts'
import {
  claimView,
  forgetView,
  forgetVisit,
  forgetVisits,
  type HomeVisit,
  noteVisit,
  stateOfWork,
  visitsSince,
} from './visits.ts'

/** Slack does not tell when somebody looks away: a working day after they looked, Home is left as it is. */
const OPEN_MS = 8 * millisecondsInHour
/** Those who have opened it last are kept up to date. */
const MOST_VISITS = 100
const LOOK_MS = 2000
/** How often everything is read anew although nothing of the bot's own has changed: days pass, CMR tells. */
const REREAD_MS = millisecondsInMinute
/** "views.publish" is of tier 4, 100 a minute: this many in a round leave some for those who open it. */
const PUBLISHED_A_ROUND = 2
/** Nobody reads a page that changes more often. */
const EDIT_PACE_MS = 2000
const MEMBERSHIP_MS = 1500

/** What one person sees, and what tells whether it has changed. */
interface PersonalView {
  readonly view: HomeView
  readonly digest: string
}

/** App Home of everybody who looks at it. */
export interface Home extends Worker {
  /** Somebody has opened it, or asks for it anew. Never throws. */
  show(slackUserId: string): Promise<void>
  /** Something has been done that it may show: those who look at it see it within seconds. */
  wake(): void
}

/**
 * Publishes App Home when it is opened, and again when something in it has changed. Who looks at it is stored, so that
 * this outlives a restart, and of two processes one publishes a change.
 */
export function createHome(parts: {
  readonly store: Store
  readonly slack: WebClient
  readonly members: MembershipGuard
  readonly access: Permissions
  readonly dashboard: DashboardReader
  /** Leaves out the buttons of what somebody may not do. */
  readonly offered: (slackUserId: string, blocks: HomeView['blocks']) => Promise<HomeView['blocks']>
  readonly editPaceMs?: number | undefined
  readonly clock: () => Date
  readonly monotonic: Monotonic
  readonly logger: Logger
}): Home {
  const { store, slack, members, access, dashboard, clock, monotonic, logger } = parts
  const { editPaceMs = EDIT_PACE_MS } = parts
  const { db } = store
  /** One after the other for a person, so that no old view overtakes a newer one. */
  const publishing = new Map<string, Promise<unknown>>()
  let seen: string | undefined
  let readAt = Number.NEGATIVE_INFINITY
  let quietUntil = 0

  const loop = createBackgroundLoop({
    name: 'App Home',
    serves: 'commands',
    everyMs: LOOK_MS,
    round: refresh,
    onError: 'App Home could not be brought up to date; tries again',
    logger,
  })

  async function refresh(): Promise<void> {
    if (monotonic() < quietUntil) return
    const visits = await visitsSince(db, subMilliseconds(clock(), OPEN_MS), MOST_VISITS)
    if (visits.length === 0) return
    const state = await stateOfWork(db)
    const due = state !== seen || monotonic() - readAt >= REREAD_MS || visits.some(({ shown }) => !shown)
    if (!due) return
    const shared = await dashboard.shared()
    let left = PUBLISHED_A_ROUND
    let isComplete = true
    for (const visit of visits) {
      if (loop.signal.aborted) return
      const isWaiting = left === 0 || isPaced(visit)
      const page = await pageFor(visit.slack_user_id, shared)
      if (visit.shown === page.digest) continue
      if (isWaiting) isComplete = false
      else if (await publishInTurn(visit.slack_user_id, page)) left--
    }
    if (!isComplete) return
    seen = state
    readAt = monotonic()
  }

  async function pageFor(slackUserId: string, shared: SharedDashboard): Promise<PersonalView> {
    const customers = await access.customersFor(slackUserId, { effect: 'read' })
    const { blocks, ...rest } = homeView(
      customers
        ? await dashboard.ofCustomers({ slackUserId, customers })
        : await dashboard.of(slackUserId, shared),
    )
    const view = { ...rest, blocks: await parts.offered(slackUserId, blocks) }
    // Whoever is let in no longer, or for another reason, sees another page even where nothing in it has changed.
    const { reason } = await access.decide(slackUserId, { effect: 'read' }, 'cmr')
    return { view, digest: digestOf(view, reason) }
  }

  function isPaced({ shown, shown_at }: HomeVisit): boolean {
    return shown !== null && shown_at !== null && clock().getTime() - Date.parse(shown_at) < editPaceMs
  }

  function publishInTurn(slackUserId: string, page: PersonalView): Promise<boolean> {
    const before = publishing.get(slackUserId) ?? Promise.resolve()
    const mine = before.then(() => publish(slackUserId, page))
    publishing.set(slackUserId, mine)
    return mine.finally(() => {
      if (publishing.get(slackUserId) === mine) publishing.delete(slackUserId)
    })
  }

  /** @returns whether Slack was asked; never throws */
  async function publish(slackUserId: string, { view, digest: shown }: PersonalView): Promise<boolean> {
    try {
      if (!(await claimView(db, { slackUserId, shown, now: clock() }))) return false
      const refusal = await refusalFor(slackUserId)
      if (refusal) await forgetVisit(db, slackUserId)
      await slack.views.publish({ user_id: slackUserId, view: refusal ? notice(refusal) : view })
      await forgetView(db, slackUserId, shown)
    } catch (error) {
      const failure = postFailure(error)
      if (failure.kind === 'paced') quietUntil = monotonic() + failure.retryAfterMs
      logger.warn({ err: error, user: slackUserId }, 'App Home could not be published; tries again')
      await forgetView(db, slackUserId).catch(() => undefined)
    }
    return true
  }

  /** They may have lost their place in the workspace, or their role, since they opened it. */
  async function refusalFor(userId: string): Promise<string | undefined> {
    const person = { userId }
    const admission = members.known(person) ?? (await members.admit(person, MEMBERSHIP_MS))
    if (!admission.admitted) return admission.refusal
    const verdict = await access.decide(userId, { effect: 'read' }, 'cmr')
    return verdict.allowed ? undefined : verdict.refusal
  }

  return {
    ...loop,
    async show(slackUserId) {
      try {
        const now = clock()
        await noteVisit(db, slackUserId, now)
        await publishInTurn(slackUserId, await pageFor(slackUserId, await dashboard.shared()))
        await forgetVisits(db, subMilliseconds(now, OPEN_MS))
      } catch (error) {
        logger.error({ err: error, user: slackUserId }, 'App Home could not be shown')
      }
    },
  }
}

/** Times are left out: that CMR was read again a minute later is nothing new. */
function digestOf(view: HomeView, reason: string): string {
  const content = JSON.stringify([view, reason]).replace(/<!date\^\d+[^>]*>/g, '')
  return createHash('sha256').update(content).digest('base64url')
}

function notice(refusal: string): HomeView {
  return { type: 'home', blocks: [section(`:no_entry: ${refusal}`)] }
}
