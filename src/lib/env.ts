import { z } from 'zod';

const flag = (fallback: 'on' | 'off') => z.enum(['on', 'off']).default(fallback);
const whole = (from: number, to: number) => {
  const allowed = `must be a whole number from ${from} to ${to}`;
  return z.coerce.number(allowed).int(allowed).min(from, allowed).max(to, allowed);
};

/** Describes every environment variable Toli reads: its form, its default and what it is for. */
export const envSchema = z.object({
  MONGODB_URI: z
    .string()
    .regex(/^mongodb(\+srv)?:\/\//, 'must start with mongodb:// or mongodb+srv://')
    .optional()
    .describe('Address of a MongoDB (4.4 or newer). Unset: an embedded server is found or started.'),
  DATA_DIR: z.string().min(1).default('data').describe('Folder for the embedded database and the secrets.'),
  PORT: whole(0, 65_535).default(3000).describe('Port of the web server; 0 takes any free one.'),
  HOST: z.string().min(1).default('127.0.0.1').describe('Address the web server listens on.'),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'must be an address that starts with http:// or https://' })
    .optional()
    .describe('Where links in messages point to. Unset: http://localhost:<PORT>.'),
  BOT_NUMBER: z
    .string()
    .regex(/^\d{8,15}$/, 'must be 8 to 15 digits without +')
    .default('910000000000')
    .describe("The bot's own number for wa.me links, digits only."),
  SIMULATOR: z
    .enum(['on', 'off', 'auto'])
    .default('auto')
    .describe('The simulator channel and page, loopback only. auto: on while no real channel is configured.'),
  SIMULATOR_CLOCK: flag('off').describe('Lets the simulator move business time forward.'),
  DEMO: flag('on').describe('Seeds the demo town when the database is empty.'),
  QUIET_MS: whole(0, 10_000)
    .optional()
    .describe('How long (ms) to wait for more free text before answering. Unset: 300 for the simulator.'),
  MARKET: z
    .enum(['IN', 'GB', 'BR', 'ID', 'KE'])
    .default('IN')
    .describe('Market of customers whose phone does not tell.'),
  UPI_VPA: z
    .string()
    .regex(/^[\w.-]{2,256}@[a-zA-Z]{2,64}$/, 'must look like shop@bank')
    .default('toli.demo@upi')
    .describe('UPI address that money is paid to.'),
  UPI_NAME: z.string().min(1).max(60).default('Toli Demo').describe('Name that UPI apps show to the payer.'),
  HOLD_MINUTES: whole(1, 1_440).default(15).describe('How long a seat waits for its payment.'),
  WINDOW_HOURS: whole(1, 336).default(24).describe('How long a team may take to fill, unless the deal says otherwise.'),
  GRACE_MINUTES: whole(0, 120).default(5).describe('How long after the clock a payment dated in time still counts.'),
  PROOF_GRACE_HOURS: whole(0, 72)
    .default(12)
    .describe('How long a team with unconfirmed UPI payments waits after its clock.'),
  SWEEP_SECONDS: whole(1, 600).default(30).describe('How often holds and clocks are looked at.'),
  RETURN_DAYS: whole(0, 90).default(7).describe('Return window in days after delivery.'),
  GROCERY_RETURN_DAYS: whole(0, 90).default(3).describe('Return window for groceries in days after delivery.'),
  QUIET_FROM: whole(0, 23).default(21).describe("Hour of the recipient's day from which no marketing leaves."),
  QUIET_TO: whole(0, 23).default(9).describe("Hour of the recipient's day from which marketing may leave again."),
  MARKETING_PER_DAY: whole(0, 10).default(1).describe('Promotional messages per person and day at most.'),
  MARKETING_PER_WEEK: whole(0, 30).default(3).describe('Promotional messages per person and week at most.'),
  REWARD_INVITER: whole(0, 10_000_000)
    .optional()
    .describe(
      "Reward of an inviter, in the smallest unit of MARKET's money. Unset: the market's own, 5000 (₹50) in IN.",
    ),
  REWARD_FRIEND: whole(0, 10_000_000)
    .optional()
    .describe("Reward of an invited friend, in the smallest unit of MARKET's money. Unset: 2500 (₹25) in IN."),
  BINDING_DAYS: whole(1, 365)
    .default(30)
    .describe('Days after her first contact within which a code still binds a new customer to her inviter.'),
  REWARDS_PER_DAY: whole(0, 1_000).default(5).describe('Referral rewards per inviter and day at most.'),
  REWARDS_PER_MONTH: whole(0, 10_000).default(10).describe('Referral rewards per inviter and month at most.'),
  TOLI_PEPPER: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits')
    .optional()
    .describe('Secret for address keys. Unset: made once in DATA_DIR/secrets.json. Changing it orphans a database.'),
  TOLI_KEY: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits')
    .optional()
    .describe('Secret that seals addresses. Unset: made once in DATA_DIR/secrets.json.'),
  TOLI_OPERATOR: z
    .string()
    .min(1)
    .max(60)
    .optional()
    .describe('Name that the audit keeps of who used the toli command. Unset: the user of the system.'),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('warn')
    .describe('How much the structured log says.'),
});

export type Env = z.infer<typeof envSchema>;

/** Is thrown when a variable is wrong; the message names it, what was given and what is allowed. */
export class EnvError extends Error {
  readonly code = 'env-invalid';
}

/**
 * Reads the environment. A variable set to '' counts as unset.
 * Throws {@link EnvError} that lists every wrong variable at once.
 */
export function readEnv(source: NodeJS.ProcessEnv = process.env): Env {
  const known = Object.keys(envSchema.shape);
  const given = Object.fromEntries(known.map((name) => [name, source[name] === '' ? undefined : source[name]]));
  const result = envSchema.safeParse(given);
  if (result.success) return result.data;
  const lines = new Set(result.error.issues.map((issue) => wrongVariable(String(issue.path[0]), given, issue.message)));
  throw new EnvError(
    `Toli cannot start with these settings:\n${[...lines].join('\n')}\nThey are described in .env.example.`,
  );
}

function wrongVariable(name: string, given: { [name: string]: string | undefined }, message: string): string {
  const value = given[name]?.replace(/\/\/.*@/, '//(hidden)@');
  const shown = /PEPPER|KEY/.test(name) ? '(hidden)' : JSON.stringify(value);
  return `  ${name} is ${shown}: ${message}`;
}
