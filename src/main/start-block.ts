import type { Booted } from './boot.ts';
import type { Role } from './roles.ts';

interface Started {
  readonly role: Role;
  readonly booted: Booted;
  readonly simulator: boolean;
  readonly port: number | null;
}

/** Writes the one block that a start prints: what runs on what, where to chat, how to stop. */
export function startBlock({ role, booted, simulator, port }: Started): string {
  const { database, env } = booted;
  const base = `http://localhost:${port}`;
  const lines = [
    ['Toli', role === 'all' ? 'bot, server and worker run in this process' : `the ${role} runs in this process`],
    ['Database', `${database.server} ${database.version}, ${database.durability}`],
    ['Channels', simulator ? 'simulator (phones in your browser)' : 'none'],
    ...(port !== null && simulator ? [['Chat here', `${base}/simulator`]] : []),
    ...(port !== null && simulator ? [['In a terminal', 'npm run chat -- --phone +919812345678']] : []),
    ...(port !== null ? [['Health', `${base}/health`]] : []),
    ...(env.SIMULATOR_CLOCK === 'on' ? [['Clock', 'may be moved forward in the simulator']] : []),
    ['Stop', 'Ctrl-C'],
  ];
  return ['', ...lines.map(([name = '', text = '']) => `  ${name.padEnd(14)} ${text}`), ''].join('\n');
}
