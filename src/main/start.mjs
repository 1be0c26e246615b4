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

/**
 * Stops this process when npm, which started it, is gone, with or without a shell between them: it must not stay behind
 * and hold the port. npm ends its shell at once on SIGTERM, so this is also how that signal gets here.
 */
function endWithNpm() {
  if (!process.env.npm_lifecycle_event || process.platform === 'win32') return;
  const parent = process.ppid;
  const isShell = /^(ba|da|a|z)?sh$|^busybox$/.test(statusOf(parent)?.name ?? '');
  const npm = isShell ? statusOf(parent)?.parent : undefined;
  const watch = setInterval(() => {
    if (process.ppid === parent && (npm === undefined || statusOf(parent)?.parent === npm)) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), 10_000).unref();
  }, 250);
  watch.unref();
}

/**
 * Returns a process's name and parent where /proc tells them, else undefined.
 * @param {number} pid
 */
function statusOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const end = stat.lastIndexOf(')');
    return { name: stat.slice(stat.indexOf('(') + 1, end), parent: Number(stat.slice(end + 2).split(' ')[1]) };
  } catch {
    return undefined;
  }
}
