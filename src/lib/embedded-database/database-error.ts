/** Names what can go wrong on the way to a database. */
export const databaseErrorCodes = [
  'uri-unreachable',
  'no-server',
  'folder-needs-its-server',
  'did-not-start',
  'folder-busy',
] as const;
export type DatabaseErrorCode = (typeof databaseErrorCodes)[number];

/** Says why there is no database, and in its message what to do about it. */
export class DatabaseError extends Error {
  readonly code: DatabaseErrorCode;

  constructor(code: DatabaseErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DatabaseError';
    this.code = code;
  }
}
