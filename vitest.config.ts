import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/postgres.ts'],
    // The sandbox's and the bot's own pace are real time.
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
})
