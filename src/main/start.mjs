import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, projectRoot } from './install.mjs';
import { allowTypeScript } from './typescript.mjs';

if (await ensureInstalled()) {
  endWithNpm();
  await allowTypeScript();
  process.chdir(projectRoot);
  // The program runs in this very process: signals, exit code and kill -9 need nobody between to pass them on.
  process.argv = [process.execPath, join(projectRoot, 'src', 'main.ts'), 'all', ...process.argv.slice(2)];
  await import('../main.ts');
} else process.exitCode = 1;

/** Ends this process when npm, which started it through a shell, was killed with -9: it must not stay and hold the port. */
function endWithNpm() {
  if (!process.env.npm_lifecycle_event || process.platform === 'win32') return;
  const shell = process.ppid;
  const npm = parentOf(shell);
  setInterval(() => {
    if (process.ppid !== shell || parentOf(shell) !== npm) process.kill(process.pid, 'SIGKILL');
  }, 250).unref();
}

/**
 * Returns the parent of a process where /proc tells it, else undefined.
 * @param {number} pid
 */
function parentOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}
