import { createHmac } from 'node:crypto';
import type { Secrets } from '#lib/identity';
import { Setting } from '#models/setting';

/** Is thrown when the database was written with other secrets than the ones given. */
export class ForeignDatabaseError extends Error {
  readonly code = 'foreign-database';
}

/**
 * Ties the database to the secrets at first use and checks them ever after.
 * Throws {@link ForeignDatabaseError} when they do not fit: nobody in it could be recognised or reached.
 */
export async function checkSecretsFit(secrets: Secrets): Promise<void> {
  const value = createHmac('sha256', secrets.pepper).update('toli').update(secrets.key).digest('hex');
  await Setting.updateOne({ _id: 'secrets' }, { $setOnInsert: { value } }, { upsert: true });
  const kept = await Setting.findById('secrets').lean();
  if (kept?.value === value) return;
  throw new ForeignDatabaseError(
    'This database was written with other secrets. Bring back the secrets.json (or TOLI_PEPPER and TOLI_KEY) it was made with, or use an empty database.',
  );
}
