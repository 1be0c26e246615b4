import { expect, it } from 'vitest';
import { checkDatabase, databaseChecks } from '#lib/database-conformance';
import { currentDatabase } from '#lib/database-connect';
import { useDatabase } from '#test/support/database';

useDatabase();

it('finds all that Toli relies on in the server the tests run on, and leaves nothing behind', async () => {
  const heard: string[] = [];
  const results = await checkDatabase(currentDatabase(), (result) => heard.push(result.name));
  expect(results.filter((result) => !result.ok)).toEqual([]);
  expect(heard).toEqual(databaseChecks.map((check) => check.name));
  const { databases } = await currentDatabase().admin().listDatabases();
  expect(databases.filter(({ name }) => name.startsWith('toli_check_'))).toEqual([]);
});
