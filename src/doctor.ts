import { existsSync } from 'node:fs'
import { runDoctor } from './doctor-checks.ts'

if (existsSync('.env')) process.loadEnvFile('.env')
process.exit(await runDoctor(process.env, (line) => console.log(line)))
