import { runDoctor } from '../../src/doctor-checks.ts'

/** Runs the checks of `npm run doctor` with the settings of a world, and others besides. @returns what they say */
export async function doctor({ env }: { env: Record<string, string> }, over: Record<string, string> = {}) {
  const lines: string[] = []
  const code = await runDoctor({ ...env, ...over }, (line) => lines.push(line))
  return { code, said: lines.join('\n') }
}
