import { defineConfig } from 'vitest/config'

/** What promises seconds, and a browser: they need the machine for themselves. */
const alone = ['test/app/pace.test.ts', 'test/chaos/burst.test.ts', 'test/playground/playground.test.ts']

export default defineConfig({
  test: {
    globalSetup: ['test/support/postgres.ts'],
    setupFiles: ['test/support/setup.ts'],
    // Loading the bot takes longer than most tests: the files of one worker load it once.
    isolate: false,
    // The sandbox's and the bot's own pace are real time, and a machine may be busy.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      // Tests mostly wait, for the pace of Slack and CMR: four at once end in less than half the time on two cores.
      {
        extends: true,
        test: {
          name: 'tests',
          include: ['test/**/*.test.ts'],
          exclude: alone,
          maxWorkers: 4,
          sequence: { groupOrder: 0 },
        },
      },
      { extends: true, test: { name: 'alone', include: alone, maxWorkers: 1, sequence: { groupOrder: 1 } } },
    ],
  },
})
