import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * Returns what tells this process from a later one with the same pid (its start time), or undefined when it is gone.
 * A zombie counts as gone: in a container nobody may ever collect it.
 */
export function identityOf(pid: number): string | undefined {
  if (!answersSignal(pid)) return undefined;
  if (process.platform === 'linux') return linuxIdentity(pid);
  return process.platform === 'win32' ? 'alive' : psColumn(pid, 'lstart');
}

/** Returns the command line of a running process, or undefined when it is gone or cannot be read. */
export function commandOf(pid: number): string | undefined {
  if (process.platform === 'win32') return undefined;
  if (process.platform !== 'linux') return psColumn(pid, 'command');
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return undefined;
  }
}

/** Tells whether the process that once had this pid and identity still runs. */
export function isSameProcess(pid: number, identity: string): boolean {
  return identityOf(pid) === identity;
}

function answersSignal(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function linuxIdentity(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The program's name stands in brackets and may itself hold spaces and brackets.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : `started ${fields[19]}`;
  } catch {
    return undefined;
  }
}

function psColumn(pid: number, column: string): string | undefined {
  try {
    return execFileSync('ps', ['-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined;
  }
}
