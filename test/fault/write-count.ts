import { writeSync } from 'node:fs';
import type mongoose from 'mongoose';
import type { KillPlan } from './wire.ts';

const WRITES = new Set(['insert', 'update', 'delete', 'findAndModify']);

interface CommandEvent {
  readonly commandName: string;
  readonly requestId: number;
  readonly command: Record<string, unknown>;
}

/** Counts the driver's write commands of this process. */
export interface WriteCount {
  /** Starts to count from 0; with a plan the process dies at its boundary. */
  begin(plan?: KillPlan): void;
  /** Lists the writes since, as `command collection`. */
  seen(): readonly string[];
}

/**
 * Listens to a monitored client. The driver says that a command started before its bytes are on the wire, and that it
 * succeeded before whoever asked for it learns of it, so dying there is dying just before and just after the write.
 */
export function countWrites(client: mongoose.mongo.MongoClient): WriteCount {
  let seen: string[] | undefined;
  let plan: KillPlan | undefined;
  let doomed: number | undefined;
  client.on('commandStarted', (event: CommandEvent) => {
    if (!seen || !WRITES.has(event.commandName) || isClockwork(event)) return;
    seen.push(`${event.commandName} ${String(event.command[event.commandName])}`);
    if (plan?.at !== seen.length) return;
    if (plan.when === 'before') die(plan, seen);
    doomed = event.requestId;
  });
  client.on('commandSucceeded', (event: { readonly requestId: number }) => {
    if (plan && seen && event.requestId === doomed) die(plan, seen);
  });
  return {
    begin: (given) => {
      seen = [];
      plan = given;
    },
    seen: () => seen ?? [],
  };
}

/** The bot's look for abandoned claims comes by the machine's clock and belongs to no step of a story. */
function isClockwork({ commandName, command }: CommandEvent): boolean {
  if (commandName !== 'update' || command['update'] !== 'outbox') return false;
  return (command['updates'] as { multi?: boolean }[])[0]?.multi === true;
}

/** Ends this process as a power cut would: nothing after the call is run. */
function die({ when, at }: KillPlan, seen: readonly string[]): void {
  writeSync(1, `killed ${when} write ${at}: ${seen[at - 1]}\n`);
  process.kill(process.pid, 'SIGKILL');
}
