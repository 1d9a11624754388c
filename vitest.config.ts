import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    globalSetup: ['test/support/templates.ts'],
    // Loading the bot takes longer than most tests: the files of one worker load it once.
    isolate: false,
    // What a test makes is gone with it: a larger young generation is collected less often.
    execArgv: ['--max-semi-space-size=32'],
    // A machine may be busy.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        // Tests wait more than they compute: eight at once keep two cores busy.
        test: {
          name: 'tests',
          include: ['test/**/*.test.ts'],
          exclude: ['test/chaos/**'],
          setupFiles: ['test/support/setup.ts', 'test/support/quick-loops.ts'],
          maxWorkers: 8,
        },
      },
      // What promises seconds, kills processes or opens a browser needs the machine for itself.
      {
        extends: true,
        test: {
          name: 'proofs',
          include: ['test/chaos/**/*.test.ts'],
          setupFiles: ['test/support/setup.ts'],
          maxWorkers: 1,
        },
      },
    ],
  },
})
