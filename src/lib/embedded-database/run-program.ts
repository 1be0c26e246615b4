import { spawn } from 'node:child_process';
import { setPriority } from 'node:os';

export type RunOptions = {
  readonly env?: NodeJS.ProcessEnv;
  readonly onOutput?: (text: string) => void;
  readonly signal?: AbortSignal;
  readonly lowPriority?: boolean;
};

/** Runs a program to its end and returns its exit code (-1 when it could not start or was stopped) and last output. */
export function runProgram(path: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return new Promise((resolve) => {
    const child = spawn(path, args, {
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let tail = '';
    const hear = (chunk: Buffer) => {
      tail = (tail + chunk.toString()).slice(-4_000);
      options.onOutput?.(chunk.toString());
    };
    const stop = () => killGroup(child.pid);
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('error', (error) => resolve({ code: -1, tail: error.message }));
    child.on('close', (code) => {
      options.signal?.removeEventListener('abort', stop);
      resolve({ code: code ?? -1, tail });
    });
    options.signal?.addEventListener('abort', stop);
    if (options.lowPriority && child.pid !== undefined) lower(child.pid);
  });
}

export type RunResult = { readonly code: number; readonly tail: string };

/** Stops the program and all that it started; it leads its own process group. */
function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGTERM');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function lower(pid: number): void {
  try {
    setPriority(pid, 19);
  } catch (error) {
    // The program may already be over; a build at normal priority is no reason to fail.
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
  }
}
