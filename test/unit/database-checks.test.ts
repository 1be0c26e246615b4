import { expect, it } from 'vitest';
import { databaseChecks } from '#lib/database-conformance';

/** Is a server that accepts everything and remembers nothing. */
const forgetful: unknown = new Proxy(() => undefined, {
  get: (_, name) => (name === 'then' ? undefined : forgetful),
  apply: () => forgetful,
});

it.each(databaseChecks.map((check) => [check.name, check] as const))(
  '%s: not so on a server that forgets',
  async (_, check) => {
    await expect(check.run(forgetful as never)).rejects.toThrow();
  },
);
