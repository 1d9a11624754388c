import { type ChildProcess, spawn } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { signWebhook } from '../src/cmr/webhooks.ts'

/** Every key of a bench. */
export const secret = 'bench'

/**
 * Starts what is measured as a process of its own, on loopback.
 * @param env beside the settings that all of them share
 * @param entry a file, relative to this one
 * @param args Node's own
 */
export function start(
  port: number,
  env: Record<string, string>,
  entry = '../src/main.ts',
  args: readonly string[] = [],
): ChildProcess {
  return spawn(
    process.execPath,
    ['--max-semi-space-size=16', ...args, fileURLToPath(new URL(entry, import.meta.url))],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        PATH: process.env.PATH ?? '',
        SLACK_BOT_TOKEN: 'xoxb-bench',
        SLACK_SIGNING_SECRET: secret,
        CMR_API_KEY: secret,
        PORT: String(port),
        HOST: '127.0.0.1',
        ...env,
      },
    },
  )
}

/** Resolves when it answers. */
export async function answering(port: number): Promise<void> {
  const up = () =>
    fetch(`http://127.0.0.1:${port}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    )
  while (!(await up())) await new Promise((resolve) => setTimeout(resolve, 5))
}

/** The headers that Slack puts on a request ("Verifying requests from Slack"). */
export function slackHeaders(body: string) {
  const timestamp = String(Math.floor(Date.now() / 1000))
  const signature = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')
  return {
    'content-type': 'application/x-www-form-urlencoded',
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': `v0=${signature}`,
  }
}

/** The headers that CMR puts on a webhook ("Webhooks"). */
export function webhookHeaders(body: string) {
  return { 'content-type': 'application/json', ...signWebhook({ body, secret, now: new Date() }) }
}

/** @param share of the values that lie below, 0 to 1 */
export function percentile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN
}

export const median = (values: readonly number[]) => percentile(values, 0.5)
