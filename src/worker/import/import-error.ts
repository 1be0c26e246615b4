/** Lists why an import cannot start; a row that cannot be read never stops one. */
export const IMPORT_ERROR_CODES = ['no-such-path', 'no-csv', 'wrong-columns', 'no-dates'] as const;

/** Says what is wrong with what was to be imported and what to do about it. */
export class ImportError extends Error {
  readonly code: (typeof IMPORT_ERROR_CODES)[number];

  constructor(code: (typeof IMPORT_ERROR_CODES)[number], message: string) {
    super(message);
    this.name = 'ImportError';
    this.code = code;
  }
}
