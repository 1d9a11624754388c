import { expect } from 'vitest'
import type { ShownMessage } from '../../src/playground/types.ts'
import { buttonsIn } from './clicks.ts'
import { eventually } from './eventually.ts'
import type { World } from './world.ts'

type Block = Record<string, unknown>

/** What `/cmr diagnose` has answered in #ops. */
function answers(world: World): ShownMessage[] {
  return world
    .messages(world.ops.id)
    .filter(({ blocks }) => buttonsIn(blocks as Block[]).some(({ text }) => text.text === 'Check again'))
}

/** Says `/cmr diagnose …`. @returns the answer */
export async function diagnose(world: World, line: string): Promise<ShownMessage> {
  const before = answers(world).length
  await world.say(`/cmr diagnose ${line}`)
  return eventually(() => {
    const now = answers(world)
    if (now.length <= before) throw new Error(`no diagnosis of ${line}: ${world.read().slice(-2000)}`)
    return now.at(-1) as ShownMessage
  })
}

/** Diagnoses until the answer begins so. */
export async function diagnosed(world: World, line: string, text: RegExp): Promise<ShownMessage> {
  return eventually(async () => {
    const answer = await diagnose(world, line)
    expect(answer.text).toMatch(text)
    return answer
  })
}

/** The labels of an answer's buttons, in their order. */
export const labels = ({ blocks }: ShownMessage) => buttonsIn(blocks as Block[]).map(({ text }) => text.text)

/** The chain of an answer, each link as it stands: "Domain" → ":white_check_mark: ACTIVE until …". */
export function chainIn({ blocks }: ShownMessage): Record<string, string> {
  const lines = (blocks as Block[]).flatMap(
    ({ text }) => (text as { text?: string } | undefined)?.text?.split('\n') ?? [],
  )
  const links = lines.flatMap((line) => {
    const [, sign, name, rest] = /^(:\w+:) \*([A-Z][\w-]*)\* {2}(.*)$/.exec(line) ?? []
    return name ? [[name, `${sign} ${rest}`] as const] : []
  })
  return Object.fromEntries(links)
}

/** A customer of whom nothing is wrong. @returns the userId */
export async function healthyCustomer(
  world: World,
  domains: readonly string[],
  more: { readonly company?: string; readonly mailboxes?: number } = {},
): Promise<string> {
  const customer = { company: `Owner of ${domains[0]}`, domains, mailboxes: 1, ...more }
  const { userId } = (await world.control('customers', customer)) as { userId: string }
  return userId
}

/** Plants a trouble in the sandbox. */
export async function plant(
  world: World,
  trouble: string,
  domain: string,
): Promise<{ orderId?: string; credentialId?: string }> {
  return world.control('troubles', { trouble, domain }) as Promise<{
    orderId?: string
    credentialId?: string
  }>
}
