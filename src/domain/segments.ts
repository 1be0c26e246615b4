import { SegmentMembership, type SegmentMembershipDoc } from '#models/segment-membership';
import { activeLists } from './active-runs.ts';
import type { Deps } from './deps.ts';

/** Reads which segments a customer is in by the active run; null when it does not know her. */
export async function segmentOf(deps: Deps, customerId: string): Promise<SegmentMembershipDoc | null> {
  const run = (await activeLists(deps)).segments;
  return run ? SegmentMembership.findById(`${run.runId}:${customerId}`).lean() : null;
}

/**
 * Lists the ids of everyone in a segment of the active run, ascending. A plain name means the found segment when the
 * run has found some, else the rule segment; `rule:Champions` and `cluster:Champions` say which.
 */
export async function membersOf(deps: Deps, segment: string): Promise<string[]> {
  const run = (await activeLists(deps)).segments;
  if (!run) return [];
  const [, kind, name = segment] = /^(rule|cluster):(.+)$/.exec(segment) ?? [];
  const field = kind ?? (run.simple ? 'rule' : 'cluster');
  const named = await SegmentMembership.find({ runId: run.runId, [field]: name }, { customerId: 1 }).lean();
  return named.map((row) => row.customerId).sort();
}

/** Is a segment with its size in the active run. */
export interface SegmentSize {
  readonly segment: string;
  readonly kind: 'rule' | 'cluster';
  readonly customers: number;
}

/** Lists the segments of the active run with their sizes, largest first. */
export async function listSegments(deps: Deps): Promise<SegmentSize[]> {
  const run = (await activeLists(deps)).segments;
  if (!run) return [];
  const [rules, clusters] = await Promise.all([sizes(run.runId, 'rule'), sizes(run.runId, 'cluster')]);
  return [...clusters, ...rules].sort((a, b) => b.customers - a.customers);
}

async function sizes(runId: string, kind: SegmentSize['kind']): Promise<SegmentSize[]> {
  const rows = await SegmentMembership.aggregate<{ _id: string | null; customers: number }>([
    { $match: { runId } },
    { $group: { _id: `$${kind}`, customers: { $sum: 1 } } },
  ]);
  return rows.flatMap(({ _id, customers }) => (_id ? [{ segment: _id, kind, customers }] : []));
}
