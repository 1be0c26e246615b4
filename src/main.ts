import { loadEnvFile } from '#main/env-file';
import { explainFailure } from '#main/failure';
import { ROLES, type Role } from '#main/roles';
import { startToli } from '#main/run';

/** Starts one role of Toli, or all of them in one process: `main.ts [all|bot|server|worker]`. */
async function main(): Promise<void> {
  const role = process.argv[2] ?? 'all';
  if (!ROLES.includes(role as Role)) {
    process.stderr.write(`There is no role "${role}". Roles: ${ROLES.join(', ')}.\n`);
    process.exitCode = 2;
    return;
  }
  try {
    loadEnvFile();
    await startToli(role as Role);
  } catch (error) {
    process.stderr.write(`${explainFailure(error)}\n`);
    process.exit(1);
  }
}

void main();
