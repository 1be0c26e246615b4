import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Race } from './racer.ts';

export interface Racer {
  readonly pid: number;
  /** Tells the racer what to do; resolves with what each thing came to. */
  readonly run: (race: Race) => Promise<unknown[]>;
  /** Resolves once the racer has stopped itself. */
  readonly stopped: () => Promise<void>;
  readonly proceed: () => void;
  readonly end: () => void;
}

/** Starts a process of its own that works on the same database, ready to go. */
export async function startRacer(uri: string): Promise<Racer> {
  const program = fileURLToPath(new URL('./racer.ts', import.meta.url));
  const child = fork(program, [uri], { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  await heard(child, 'ready');
  const pid = child.pid as number;
  return {
    pid,
    run: async (race) => {
      const answer = heard(child, 'outcomes');
      child.send(race);
      return (await answer) as unknown[];
    },
    stopped: async () => {
      await heard(child, 'stopping');
      while (!isStopped(pid)) await new Promise((resolve) => setTimeout(resolve, 2));
    },
    proceed: () => process.kill(pid, 'SIGCONT'),
    end: () => child.disconnect(),
  };
}

/** Starts several racers. */
export function startRacers(uri: string, count: number): Promise<Racer[]> {
  return Promise.all(Array.from({ length: count }, () => startRacer(uri)));
}

function heard(child: ChildProcess, what: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const gone = (code: number | null) => reject(new Error(`the racer ended with ${code}`));
    const listen = (message: Record<string, unknown>) => {
      if (!(what in message) && !('error' in message)) return;
      child.off('message', listen);
      child.off('exit', gone);
      if ('error' in message) reject(new Error(String(message['error'])));
      else resolve(message[what]);
    };
    child.on('message', listen);
    child.once('exit', gone);
  });
}

function isStopped(pid: number): boolean {
  return / T /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}
