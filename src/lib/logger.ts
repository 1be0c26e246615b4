import pino, { type Logger } from 'pino';

export type { Logger } from 'pino';

const LONG_NUMBER = /\+?\d(?:[ -]?\d){8,15}/g;

/** Hides whatever looks like a phone number in a text. */
export function scrub(text: string): string {
  return text.replace(LONG_NUMBER, (found) => `${found.slice(0, 3)}***${found.slice(-2)}`);
}

/** Makes the structured log. Numbers that look like phones are masked in messages, fields and errors. */
export function createLogger(level: string, destination?: pino.DestinationStream): Logger {
  const options: pino.LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: {
      level: (label) => ({ level: label }),
      log: (fields) => scrubbed(fields, 0) as Record<string, unknown>,
    },
    hooks: {
      logMethod(args, method) {
        const safe = args.map((arg) => (typeof arg === 'string' ? scrub(arg) : arg));
        method.apply(this, safe as typeof args);
      },
    },
  };
  return destination ? pino(options, destination) : pino(options);
}

function scrubbed(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return scrub(value);
  if (value instanceof Date || value === null || typeof value !== 'object') return value;
  if (depth > 5) return '[deep]';
  if (value instanceof Error)
    return { name: value.name, message: scrub(value.message), stack: scrub(value.stack ?? '') };
  if (Array.isArray(value)) return value.map((item) => scrubbed(item, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, scrubbed(item, depth + 1)]));
}
