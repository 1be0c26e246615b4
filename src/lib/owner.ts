import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';

/** Makes the name under which this process holds leases: host, process id and a nonce of this start. */
export function newOwner(): string {
  return `${hostname()}:${process.pid}:${randomBytes(6).toString('hex')}`;
}

/** Tells whether the owner of a lease was a process of this machine that is gone, so that its leases are free at once. */
export function isDeadLocalOwner(owner: string, self: string): boolean {
  const [host, pidText] = owner.split(':');
  if (owner === self || host !== hostname()) return false;
  const pid = Number(pidText);
  if (!Number.isInteger(pid) || pid <= 0) return true;
  return pid === process.pid || !isAlive(pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
