import { z } from 'zod'
import { InputError } from '../../commands/command.ts'
import { notice } from '../../commands/failure.ts'
import { pageField, pageOfAll, turning } from '../../commands/paging.ts'
import { failedDeliveries, retryFailed } from '../../events/store/outbox.ts'
import { whyBroken } from '../../slack/errors.ts'
import { channelName, failedList } from '../messages/routes.ts'
import { endPauses, repairQueue } from '../store/channel-queues.ts'
import { alertCommand } from './alert-command.ts'

const own = { noun: 'alerts', own: true } as const

/** Rows that one message shows, and that are looked at to be counted. */
const SHOWN = 20
const MOST = 5000

const failed = alertCommand({
  ...own,
  verb: 'failed',
  summary: 'List failed alerts',
  about: 'Lists alerts that could not be posted, and why.',
  effect: 'read',
  input: z.object({ page: pageField }),
  positional: [],
  async run({ store }, { page = 1 }) {
    const all = await failedDeliveries(store.db, MOST)
    const { rows, place } = pageOfAll(all, page, SHOWN)
    const lines = rows.map((row) => ({ ...row, why: whyBroken(row.error) }))
    return { message: failedList(lines, { total: all.length, place, turn: turning({}) }) }
  },
  rows: ({ store }, _, most) => failedDeliveries(store.db, most),
})

const retry = alertCommand({
  ...own,
  verb: 'retry',
  summary: 'Post failed alerts again',
  about: 'Tries again to post alerts that could not be posted.',
  rare: true,
  effect: 'write',
  asks: 'nothing',
  submit: 'Try again',
  input: z.object({
    which: z
      .string()
      .regex(/^(all|\d{1,15})$/, 'Give “all”, or a number from /cmr alerts failed.')
      .meta({ label: 'Which', hint: '“all”, or a number from /cmr alerts failed', example: 'all' }),
  }),
  positional: ['which'],
  async run({ store, alerts, clock }, { which }) {
    const ids = which === 'all' ? undefined : [Number(which)]
    const count = await retryFailed(store.db, clock(), ids)
    alerts.wake()
    return {
      message: notice(
        count
          ? `:repeat: ${count === 1 ? 'It is' : `${count} are`} tried again.`
          : 'Nothing is left to post: it has been posted, or is being tried now.',
      ),
    }
  },
})

const repair = alertCommand({
  ...own,
  verb: 'repair',
  summary: 'Try a channel again',
  about: 'Posts to a channel again after its problem is fixed.',
  rare: true,
  effect: 'write',
  asks: 'nothing',
  submit: 'Try again',
  input: z.object({ channel: z.string().meta({ label: 'Channel', slack: 'channel' }) }),
  positional: ['channel'],
  async run({ store, alerts, clock }, { channel }) {
    // First of all: Slack may be too busy to say which channel this is.
    alerts.endWaits()
    const paused = await endPauses(store.db, clock())
    alerts.wake()
    const entered = await alerts.channelAccess.enter(channel)
    if (!entered.ok) throw new InputError('channel', entered.sentence)
    const names = [entered.id, `#${entered.name}`, channel]
    const mended = await repairQueue(store.db, names, clock())
    alerts.wake()
    const where = channelName(entered.id)
    return {
      message: notice(
        mended
          ? `:white_check_mark: ${where} is tried again. Its alerts go there from now on.`
          : paused
            ? `:white_check_mark: The bot no longer waits as Slack asked: alerts are tried now, in ${where} and everywhere else.`
            : `${where} works: the bot can post there.`,
      ),
    }
  },
})

/** What could not be told. */
export const failureCommands = [failed, retry, repair]
