import { defineConfig } from 'vitest/config';

/** Splits the tests by what they need: nothing, a database, or whole chats over a database. */
const project = (name: string, extra: object = {}) => ({
  extends: true as const,
  test: { name, include: [`test/${name}/**/*.test.ts`], ...extra },
});

export default defineConfig({
  test: {
    pool: 'forks',
    projects: [
      project('unit'),
      project('integration', {
        testTimeout: 60_000,
        hookTimeout: 60_000,
        globalSetup: ['test/support/global-database.ts'],
      }),
      project('scenario', {
        testTimeout: 120_000,
        hookTimeout: 60_000,
        globalSetup: ['test/support/global-database.ts'],
      }),
    ],
  },
});
