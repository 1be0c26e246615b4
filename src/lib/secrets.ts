import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Secrets } from './identity.ts';

const hex32 = z.string().regex(/^[0-9a-f]{64}$/);
const fileSchema = z.object({ pepper: hex32, key: hex32, note: z.string().optional() });

const NOTE = 'Back this file up: without it nobody in the database can be reached or recognised again.';

/** Is thrown when the secrets cannot be read or do not fit; the message says what to do. */
export class SecretsError extends Error {
  readonly code = 'secrets-invalid';
}

/** Loads the secrets from the environment or DATA_DIR/secrets.json (0600), making that file on the first start. */
export async function loadSecrets(
  dataDir: string,
  given: { pepper?: string | undefined; key?: string | undefined },
): Promise<{ secrets: Secrets; made: boolean }> {
  if (given.pepper && given.key) return { secrets: toSecrets({ pepper: given.pepper, key: given.key }), made: false };
  const path = join(dataDir, 'secrets.json');
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text !== null) return { secrets: toSecrets({ ...parseFile(path, text), ...defined(given) }), made: false };
  const fresh = { pepper: randomBytes(32).toString('hex'), key: randomBytes(32).toString('hex'), ...defined(given) };
  await mkdir(dataDir, { recursive: true });
  await writeFile(path, `${JSON.stringify({ ...fresh, note: NOTE }, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  return { secrets: toSecrets(fresh), made: true };
}

function defined(given: { pepper?: string | undefined; key?: string | undefined }): { pepper?: string; key?: string } {
  return { ...(given.pepper ? { pepper: given.pepper } : {}), ...(given.key ? { key: given.key } : {}) };
}

function parseFile(path: string, text: string): { pepper: string; key: string } {
  try {
    return fileSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new SecretsError(`${path} is damaged. Restore it from your backup; a new one would orphan the database.`, {
      cause,
    });
  }
}

function toSecrets(hex: { pepper: string; key: string }): Secrets {
  return { pepper: Buffer.from(hex.pepper, 'hex'), key: Buffer.from(hex.key, 'hex') };
}
