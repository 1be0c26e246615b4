import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { basename } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type DataFolder, type RunningServer, writeMark, writeRunning } from './data-folder.ts';
import { DatabaseError } from './database-error.ts';
import { answersHello, loopbackUri } from './hello.ts';
import { commandOf, identityOf, isSameProcess } from './process-identity.ts';
import { argumentsFor, type ServerProgram } from './server-program.ts';

const readyWithinMs = 60_000;
const largestLog = 10_000_000;

/** Starts the program in its own process group over the folder and waits until it answers. */
export async function startServer(
  program: ServerProgram,
  folder: DataFolder,
  port: number,
  cacheMegabytes: number,
): Promise<RunningServer> {
  writeMark(folder, program.writer);
  const child = launch(program, folder, argumentsFor(program, port, folder.files, cacheMegabytes));
  const pid = child.pid;
  const identity = pid === undefined ? undefined : identityOf(pid);
  if (pid === undefined || identity === undefined) throw notStarted(program, folder);
  const running = { pid, identity, port, path: program.path, way: program.way };
  writeRunning(folder, running);
  await untilReady(running, program, folder);
  return running;
}

/** Tells whether a noted server's process still lives and is that program. */
export function isRunning(running: RunningServer): boolean {
  if (!isSameProcess(running.pid, running.identity)) return false;
  const command = commandOf(running.pid);
  return command === undefined || command.includes(basename(running.path));
}

/** Asks the server to stop and waits; kills it after `graceMs`. */
export async function stopServer(running: RunningServer, graceMs = 5_000): Promise<void> {
  if (!isRunning(running)) return;
  signal(running.pid, 'SIGTERM');
  if (await untilGone(running, graceMs)) return;
  signal(running.pid, 'SIGKILL');
  await untilGone(running, 2_000);
}

/** Returns `wished` if nobody listens there, else a free port on loopback. */
export async function freePort(wished?: number): Promise<number> {
  if (wished !== undefined && (await canListen(wished)) !== undefined) return wished;
  const port = await canListen(0);
  if (port === undefined) throw new DatabaseError('did-not-start', 'No free port on 127.0.0.1 for the database.');
  return port;
}

function launch(program: ServerProgram, folder: DataFolder, args: string[]): ChildProcess {
  if (existsSync(folder.log) && statSync(folder.log).size > largestLog) renameSync(folder.log, `${folder.log}.1`);
  const log = openSync(folder.log, 'a');
  try {
    const child = spawn(program.path, args, { detached: true, stdio: ['ignore', log, log], cwd: folder.root });
    // Without a listener a missing program would end the whole process; untilReady reports it.
    child.on('error', () => undefined);
    child.unref();
    return child;
  } finally {
    closeSync(log);
  }
}

async function untilReady(running: RunningServer, program: ServerProgram, folder: DataFolder): Promise<void> {
  const deadline = Date.now() + readyWithinMs;
  while (Date.now() < deadline) {
    if (!isSameProcess(running.pid, running.identity)) throw notStarted(program, folder);
    if (await answersHello(loopbackUri(running.port), 1_000)) return;
    await pause(50);
  }
  await stopServer(running);
  throw notStarted(program, folder);
}

function notStarted(program: ServerProgram, folder: DataFolder): DatabaseError {
  const said = existsSync(folder.log) ? readFileSync(folder.log, 'utf8').trim().split('\n').slice(-5).join('\n') : '';
  const busy = /Device or resource busy|already locked|DBPathInUse/i.test(said);
  return new DatabaseError(
    busy ? 'folder-busy' : 'did-not-start',
    busy
      ? `Another server holds ${folder.files}. Stop it (see ${folder.root}/server.json), or set another DATA_DIR.`
      : `The database server ${program.path} did not start. Its last words (${folder.log}):\n${said}`,
  );
}

async function untilGone(running: RunningServer, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  while (isSameProcess(running.pid, running.identity)) {
    if (Date.now() > deadline) return false;
    await pause(25);
  }
  return true;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function canListen(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : undefined));
    });
  });
}
