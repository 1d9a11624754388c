import type { ModalView } from '@slack/types'
import { permitGiven } from '../access/permit.ts'
import { rememberCredentials } from '../cmr/redact.ts'
import { check, entered } from '../commands/check.ts'
import { type Command, type Confirmation, idOf, isPlainRead, type Prefill } from '../commands/command.ts'
import type { Caller, CommandContext } from '../commands/context.ts'
import type { Draft } from '../commands/drafts.ts'
import { notice } from '../commands/failure.ts'
import { fieldsOf, type Values } from '../commands/field.ts'
import { confirmView, formView, waitingView } from '../commands/forms/form.ts'
import { type FormState, holding, stateFrom } from '../commands/forms/state.ts'
import { garbledIn } from '../commands/garbled.ts'
import { requestSuffix } from '../commands/permissions.ts'
import { readBack } from '../commands/read-back.ts'
import { perform } from '../operations/perform.ts'
import { withTimeout } from '../process/clock.ts'
import { actions } from '../slack/blocks.ts'
import { type AppContext, commandContext } from './app-context.ts'
import { askGarbled, carryOnButton } from './carry-on.ts'
import { endWaiting, layView, messageView, notShownMessage, type ViewBelow } from './open-view.ts'
import { pickerLabels } from './options.ts'
import { faultsOf, messageOf, problemOf, problemView, wrongMessage, wrongValues } from './outcome-message.ts'
import { offeredMessage, type Reply } from './reply.ts'
import { firstView } from './steps.ts'
import { createProgress } from './waiting.ts'

/** Something a person said or clicked, already acknowledged. */
export interface Invocation {
  readonly command: Command
  /** Values by field, as typed. */
  readonly raw: Values
  readonly caller: Caller
  /** Opens one view, within three seconds. */
  readonly triggerId: string
  readonly reply: Reply
  /** The modal that it came from, on which the next one is laid. */
  readonly below?: ViewBelow | undefined
  /** What a receipt offers to go on with. */
  readonly from?: Draft | undefined
  /** True if the answer takes the place of the message that was clicked. */
  readonly replace?: boolean
  /** Whether they want to ask for an approval of what they may not do alone. */
  readonly asking?: boolean
  /** Whether what looks garbled in it is meant so. */
  readonly asTyped?: boolean
  /** Whether they want the form, to correct in it what they gave. */
  readonly correcting?: boolean
}

/** How long a form may wait for whether it may be opened, which CMR may have to be asked: its trigger lives three seconds. */
const PERMIT_WAIT_MS = 1000

/** A read with everything given is answered; everything else opens a form, filled with what was given. */
export async function invoke(app: AppContext, given: Invocation): Promise<void> {
  const { continues } = given.command
  const carriesOn = continues !== undefined && given.raw[continues.field] !== undefined
  const asked = carriesOn ? { ...given, command: continues.command } : given
  const { command, raw, caller, replace = false } = asked
  rememberCredentials(raw)
  const context = commandContext(app, caller)
  // Nothing given is a wish for the form, even where every field is optional.
  const atOnce = isPlainRead(command) || (command.asks === 'nothing' && isGiven(command, raw))
  const deciding = permitGiven(context, command, { ...asked.from?.draftContent.values, ...raw })
  const soon = atOnce ? await deciding : await withTimeout(deciding, PERMIT_WAIT_MS)
  const invocation = soon ? asked : await waitingInView(app, asked)
  const { reply } = invocation
  const verdict = soon ?? (await deciding)
  if (!verdict.allowed && !(invocation.asking && verdict.approvable)) {
    const about = { actor: caller.userId, from: caller, command: idOf(command), arguments: raw }
    const { reason } = verdict
    await app.audit
      .record({ at: app.clock(), ...about, reason, outcome: 'refused' })
      .catch((error: unknown) => app.logger.error({ err: error }, 'the audit cannot be written'))
    const refused = notice(`:no_entry: ${verdict.refusal}`)
    if (!verdict.approvable) return reply(refused)
    const ask = { text: 'Ask for approval', suffix: requestSuffix, values: raw }
    const asking = actions(await carryOnButton(app, caller, command, ask))
    return reply({ ...refused, blocks: [...refused.blocks, asking] })
  }
  const garbled = invocation.asTyped ? undefined : garbledIn(raw)
  if (garbled) return reply(await askGarbled(app, caller, command, raw, garbled))
  let today: Prefill | undefined
  try {
    if (atOnce && command.picks) today = await command.prefill?.(context, raw)
  } catch (error) {
    return reply(notice(await problemOf(app, caller, command, error)))
  }
  const checked = check(command.input, { ...today?.values, ...raw })
  const wrong = checked.ok ? undefined : wrongValues(checked)
  if (wrong && !invocation.correcting) return reply(await wrongMessage(app, caller, command, raw, wrong))
  if (!atOnce || !checked.ok || invocation.correcting) return openForm(app, invocation)
  await reply.begin?.(command, { replace })
  const commandResult = await perform(command, context, checked.input)
  await reply(await messageOf(app, caller, command, checked.input, commandResult), { replace })
}

/** Opens a view that waits; whatever is the answer takes its place. Where it cannot be opened, all goes on without. */
async function waitingInView(app: AppContext, invocation: Invocation): Promise<Invocation> {
  const { command, caller, triggerId, below, reply } = invocation
  try {
    const id = await layView(app, { triggerId, below }, waitingView(command, 'Asking CMR…'))
    await reply.formOpened?.()
    const answer: Reply = async (message) => {
      const view = messageView(await offeredMessage(app, caller, message), command)
      const private_metadata = JSON.stringify(stateFrom(caller))
      if (!(await endWaiting(app, command, id, { ...view, private_metadata }))) await reply(message)
    }
    const laid = { id, depth: (below?.depth ?? 0) + 1, callbackId: idOf(command), isReplaced: true }
    return { ...invocation, below: laid, reply: answer }
  } catch (error) {
    app.logger.info({ err: error }, 'a form could not be opened before it was known whether it may be')
    return invocation
  }
}

/** Opens at once, since the trigger lives three seconds; what CMR must tell first comes a moment later. */
async function openForm(app: AppContext, invocation: Invocation): Promise<void> {
  const { command, raw, caller, triggerId, reply, below } = invocation
  const needsCmr =
    command.steps !== undefined ||
    command.prefill !== undefined ||
    command.confirm !== undefined ||
    command.readBack !== undefined
  const problem = (error: unknown) => problemView(app, caller, command, raw, error)
  try {
    const first = needsCmr
      ? waitingView(command, 'Asking CMR…')
      : await viewFor(app, invocation).catch(problem)
    const viewId = await layView(app, { triggerId, below }, first)
    await reply.formOpened?.()
    if (!needsCmr) return
    const progress = createProgress(app, caller, command, viewId, raw)
    progress.first()
    const view = await (command.steps
      ? firstView(app, stepsOf(invocation), progress)
      : viewFor(app, invocation)
    ).catch(problem)
    await progress.replace(view)
  } catch (error) {
    await reply(notShownMessage(app, command, error))
  }
}

function stepsOf({ command, caller, raw: given, from, asTyped, correcting }: Invocation) {
  return { command, caller, given, from, asTyped, correcting }
}

/** The form, or the confirmation where everything is given. */
async function viewFor(
  app: AppContext,
  { command, raw, caller, correcting, asTyped }: Invocation,
): Promise<ModalView> {
  const context = commandContext(app, caller)
  const state: FormState = { ...stateFrom(caller), isUngarbled: asTyped }
  const checked = check(command.input, raw)
  if (checked.ok && isGiven(command, raw) && !isPlainRead(command) && !correcting) {
    const confirmation: Confirmation = command.confirm
      ? await command.confirm(context, checked.input)
      : { text: await understood(command, context, checked.input) }
    const input = { ...checked.input, ...confirmation.input }
    return confirmView(command, await holding(app, caller, command, state, input), confirmation)
  }
  const given = { ...raw, ...entered(command.input, raw) }
  const prefill = await command.prefill?.(context, given)
  const values = { ...prefill?.values, ...given, ...prefill?.meant }
  return formView(command, state, {
    values,
    labels: { ...(await pickerLabels(context, command, values)), ...prefill?.labels },
    options: prefill?.options,
    faults: checked.ok ? undefined : faultsOf(wrongValues(checked)),
  })
}

/** Whether it was said what to do; nothing, or only what to change, is a wish for the form. */
function isGiven(command: Command, raw: Values): boolean {
  return (
    Object.keys(raw).some((name) => !command.picks?.includes(name)) || fieldsOf(command.input).length === 0
  )
}

async function understood(command: Command, context: CommandContext, input: Values) {
  if (command.readBack) return command.readBack(context, input)
  return `*${command.summary}?*\n${readBack(command.input, input)}`
}
