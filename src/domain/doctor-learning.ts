import { ActiveRun, type ActiveRunDoc, LISTS } from '#models/active-run';
import { Recommendation } from '#models/recommendation';
import { Run } from '#models/run';
import { SegmentMembership } from '#models/segment-membership';
import type { Check } from './doctor-check.ts';

/** Checks that readers see whole, published runs. */
export const learningChecks: readonly Check[] = [
  {
    id: 'I14',
    what: 'every list readers see comes from one published run that has its rows',
    find: async () => {
      const active = await ActiveRun.findById('active').lean<ActiveRunDoc>();
      const problems = await Promise.all(LISTS.map((list) => listProblem(list, active?.lists[list]?.runId)));
      return problems.filter((problem) => problem !== null);
    },
  },
];

async function listProblem(list: (typeof LISTS)[number], runId: string | undefined): Promise<string | null> {
  if (!runId) return null;
  const run = await Run.findById(runId, { state: 1 }).lean();
  if (!run) return `${list} points to run ${runId}, which does not exist`;
  if (run.state !== 'published') return `${list} points to run ${runId}, which is ${run.state}`;
  const row =
    list === 'segments'
      ? await SegmentMembership.findOne({ runId }).lean()
      : await Recommendation.findOne({ runId, list }).lean();
  return row ? null : `${list} points to run ${runId}, which has no rows of it`;
}
