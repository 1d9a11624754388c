import { afterEach } from 'vitest'
import { cleanups, undo } from './world.ts'

// Test files of one worker share their modules (`isolate: false`), so a hook in a shared module would run for the
// first file only. Vitest runs a setup file anew for every test file.
afterEach(() => undo(cleanups))
