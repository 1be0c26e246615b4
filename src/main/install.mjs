// Plain Node without dependencies: it runs before anything is installed.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The root of this checkout. */
export const projectRoot = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/**
 * Tells why packages must be installed in `root`, or undefined when node_modules fits package-lock.json:
 * by the stamp of an earlier start, or because npm itself installed after the lock file last changed.
 * @param {string} root
 * @returns {'missing' | 'older' | undefined}
 */
export function installReason(root) {
  const installed = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installed)) return 'missing';
  const stamp = stampPath(root);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lockHash(root)) return undefined;
  return statSync(installed).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs ? undefined : 'older';
}

/**
 * Notes that node_modules of `root` fits its package-lock.json.
 * @param {string} root
 */
export function stampInstalled(root) {
  const hash = lockHash(root);
  if (existsSync(stampPath(root)) && readFileSync(stampPath(root), 'utf8') === hash) return;
  writeFileSync(stampPath(root), hash);
}

/**
 * Tells what is wrong with this Node for the range in package.json ("engines"), or undefined when it is new enough.
 * @param {string} version such as "20.19.1"
 * @param {string} range such as ">=20.19"
 */
export function nodeProblem(version, range) {
  const [wantedMajor = 0, wantedMinor = 0] = range.replace(/^\D+/, '').split('.').map(Number);
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return undefined;
  return `Toli needs Node ${range.replace('>=', '')} or newer; this is Node ${version}. Install a newer one from https://nodejs.org and start again.`;
}

/**
 * Installs what is missing and returns whether this process may go on; problems are told on stderr.
 * @param {string} root
 * @param {(root: string) => Promise<number>} install
 * @returns {Promise<boolean>}
 */
export async function ensureInstalled(root = projectRoot, install = installPackages) {
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const problem = nodeProblem(process.versions.node, engines.node);
  if (problem) return refuse(problem);
  const reason = installReason(root);
  if (reason) {
    const why = reason === 'missing' ? 'once, about a minute' : 'package-lock.json has changed';
    console.error(`Installing the packages Toli needs (npm ci; ${why}) …`);
    const code = await install(root);
    if (code !== 0) return refuse(installFailed(code));
    console.error('The packages are installed.');
  }
  stampInstalled(root);
  return true;
}

/**
 * Runs `npm ci`; where npm finds the lock file incomplete (a registry may lack other platforms' packages) `npm install`.
 * @param {string} root
 */
async function installPackages(root) {
  const exact = await runNpm(root, ['ci', '--include=dev']);
  if (exact.code === 0) return 0;
  if (!/EUSAGE/.test(exact.said)) return tell(exact);
  console.error('npm ci finds package-lock.json incomplete; installing with npm install instead …');
  const lenient = await runNpm(root, ['install', '--include=dev', '--no-save']);
  return lenient.code === 0 ? 0 : tell(lenient);
}

/**
 * @param {string} root
 * @param {string[]} command
 * @returns {Promise<{code: number, said: string}>}
 */
function runNpm(root, command) {
  const args = [...command, '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = process.env.npm_execpath;
  const inNode = npm !== undefined && /npm-cli\.c?js$/.test(npm);
  const shell = !inNode && process.platform === 'win32';
  const beat = heartbeat();
  let said = '';
  return new Promise((resolve) => {
    const child = spawn(inNode ? process.execPath : 'npm', inNode ? [npm, ...args] : args, { cwd: root, shell });
    child.stdin.end();
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text));
    child.on('error', (error) => resolve({ code: 1, said: `npm could not be started: ${error.message}` }));
    child.on('close', (code) => resolve({ code: code ?? 1, said }));
  }).finally(() => clearInterval(beat));
}

function heartbeat() {
  const started = Date.now();
  return setInterval(() => {
    console.error(`  still installing, ${Math.round((Date.now() - started) / 1000)} s`);
  }, 5_000);
}

/** @param {{code: number, said: string}} result */
function tell(result) {
  console.error(result.said.trim());
  return result.code;
}

/** @param {number} code */
function installFailed(code) {
  return `The packages could not be installed (npm ended with code ${code}); its own words are above. Check that the npm registry can be reached (npm ping) and start again.`;
}

/** @param {string} message */
function refuse(message) {
  console.error(message);
  return false;
}

/** @param {string} root */
function stampPath(root) {
  return join(root, 'node_modules', '.toli-installed');
}

/** @param {string} root */
function lockHash(root) {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exitCode = (await ensureInstalled()) ? 0 : 1;
}
