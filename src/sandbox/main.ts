import { startSandbox } from './sandbox.ts'

// `npm run sandbox`: a local CMR by itself, for whoever points a bot or curl at it.
const apiKey = process.env.CMR_API_KEY || 'sandbox-key'
const webhookUrl = process.env.SANDBOX_WEBHOOK_URL
const sandbox = await startSandbox({
  apiKey,
  port: Number(process.env.SANDBOX_PORT || 4010),
  ...(webhookUrl && { webhookUrl }),
})
console.log(
  `CMR_API_URL=${sandbox.url}/api/v1/integration (the key is CMR_API_KEY, or sandbox-key; controls under ${sandbox.url}/sandbox/state)`,
)
