import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureInstalled, projectRoot } from './install.mjs';

const couldNotRun = 'not all tests could run, the reason is above';
const args = process.argv.slice(2);
process.exitCode = (await ensureInstalled()) ? await runTests(args.includes('--full')) : 1;

/**
 * Runs all vitest projects, prints the sums as the last line, and returns vitest's exit code.
 * @param {boolean} full
 */
async function runTests(full) {
  const folder = mkdtempSync(join(tmpdir(), 'toli-test-report-'));
  const report = join(folder, 'report.json');
  const vitest = join(projectRoot, 'node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const env = { ...process.env, ...(full ? { TOLI_TEST_FULL: '1' } : {}) };
  const rest = args.filter((arg) => arg !== '--full');
  const code = await runNode([vitest, 'run', ...reporters, ...rest], env);
  console.log(summary(report, code));
  rmSync(folder, { recursive: true, force: true });
  return code;
}

/**
 * Runs Node to its end and returns its exit code; the first signal of each kind is passed on.
 * @param {string[]} nodeArgs
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>}
 */
function runNode(nodeArgs, env) {
  const child = spawn(process.execPath, nodeArgs, { cwd: projectRoot, env, stdio: 'inherit' });
  for (const name of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.once(name, () => child.kill(name));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? 'SIGKILL']));
  });
}

/**
 * @param {string} report
 * @param {number} code
 */
function summary(report, code) {
  const result = readReport(report);
  if (result === undefined) return `0 passed, 0 failed: ${couldNotRun}`;
  const brokenFiles = result.testResults.filter((file) => file.status === 'failed' && !file.assertionResults.length);
  const failed = result.numFailedTests + brokenFiles.length;
  const skipped = result.numPendingTests + result.numTodoTests;
  const sums = `${result.numPassedTests} passed, ${failed} failed`;
  const all = skipped > 0 ? `${sums}, ${skipped} skipped` : sums;
  return code !== 0 && failed === 0 ? `${all}: ${couldNotRun}` : all;
}

/**
 * @param {string} report
 * @returns {{numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number, testResults: {status: string, assertionResults: unknown[]}[]} | undefined}
 */
function readReport(report) {
  try {
    return JSON.parse(readFileSync(report, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
