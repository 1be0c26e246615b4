import { newId } from '#lib/random';
import { Audit, type AuditDoc } from '#models/audit';
import type { Deps } from './deps.ts';

/** Is one act of an operator or admin, without what the database adds. Never put an address into it. */
export type Act = Omit<AuditDoc, '_id' | 'at'>;

/** Writes one audit row. */
export async function recordAudit(deps: Deps, act: Act): Promise<void> {
  await Audit.create({ _id: newId('a', deps.random), at: deps.clock.now(), ...act });
}

/** Does one act and writes its one audit row, also when it throws; `after` is what it came to. */
export async function audited<Outcome>(
  deps: Deps,
  act: Omit<Act, 'ok' | 'after'>,
  work: () => Promise<Outcome>,
  isOk: (outcome: Outcome) => boolean = () => true,
): Promise<Outcome> {
  try {
    const outcome = await work();
    await recordAudit(deps, { ...act, after: outcome, ok: isOk(outcome) });
    return outcome;
  } catch (error) {
    const after = { error: error instanceof Error ? error.message : String(error) };
    await recordAudit(deps, { ...act, after, ok: false });
    throw error;
  }
}
