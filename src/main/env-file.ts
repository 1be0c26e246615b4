import { existsSync } from 'node:fs';

/** Reads `.env` in the working folder if there is one; what the environment says already wins. */
export function loadEnvFile(): void {
  if (existsSync('.env')) process.loadEnvFile('.env');
}
