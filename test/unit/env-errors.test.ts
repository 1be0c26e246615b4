import { describe, expect, test } from 'vitest';
import { EnvError, readEnv } from '#lib/env';

/** Reads settings that must be refused and returns what is said about them. */
function refusalOf(source: NodeJS.ProcessEnv): string {
  try {
    readEnv(source);
  } catch (error) {
    if (error instanceof EnvError) return error.message;
    throw error;
  }
  throw new Error('the settings were accepted');
}

describe('a wrong setting', () => {
  test.each([
    ['PORT', 'abc', 'must be a whole number from 0 to 65535'],
    ['PORT', '70000', 'must be a whole number from 0 to 65535'],
    ['HOLD_MINUTES', '1.5', 'must be a whole number from 1 to 1440'],
    ['SIMULATOR', 'yes', 'expected one of "on"|"off"|"auto"'],
    ['SIMULATOR_CLOCK', 'true', 'expected one of "on"|"off"'],
    ['MARKET', 'in', 'expected one of "IN"|"GB"|"BR"|"ID"|"KE"'],
    ['MONGODB_URI', 'postgres://localhost', 'must start with mongodb:// or mongodb+srv://'],
    ['PUBLIC_URL', 'toli.example', 'must be an address that starts with http:// or https://'],
    ['PUBLIC_URL', 'ftp://toli.example', 'must be an address that starts with http:// or https://'],
    ['BOT_NUMBER', '+919812345678', 'must be 8 to 15 digits without +'],
    ['UPI_VPA', 'shop', 'must look like shop@bank'],
    ['LOG_LEVEL', 'loud', 'expected one of "fatal"'],
  ])('is named with what was given and what is allowed: %s=%s', (name, value, rule) => {
    const message = refusalOf({ [name]: value });
    expect(message).toContain(`${name} is ${JSON.stringify(value)}: `);
    expect(message).toContain(rule);
    expect(message).toContain('.env.example');
  });

  test('is reported together with all others, each once', () => {
    const message = refusalOf({ PORT: '99999.5', MARKET: 'XX', QUIET_FROM: '24' });
    expect(message.match(/^ {2}\w+ is /gm)).toEqual(['  PORT is ', '  MARKET is ', '  QUIET_FROM is ']);
  });

  test('keeps its secret to itself', () => {
    const secret = 'z'.repeat(64);
    expect(refusalOf({ TOLI_PEPPER: secret, TOLI_KEY: secret })).not.toContain(secret);
    expect(refusalOf({ MONGODB_URI: 'mongo://shop:s3cret@db/toli' })).not.toContain('s3cret');
  });
});

describe('settings that are right', () => {
  test('are not needed at all: every variable has a default or may be missing', () => {
    expect(readEnv({})).toMatchObject({ PORT: 3000, DATA_DIR: 'data', SIMULATOR: 'auto', MARKET: 'IN' });
  });

  test('count as unset when empty', () => {
    expect(readEnv({ PORT: '', MONGODB_URI: '' })).toEqual(readEnv({}));
  });

  test('win over the defaults', () => {
    expect(readEnv({ PORT: '0', HOLD_MINUTES: '30' })).toMatchObject({ PORT: 0, HOLD_MINUTES: 30 });
  });
});
