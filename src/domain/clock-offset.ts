import { Setting } from '#models/setting';

const CLOCK = 'clock';

/** Reads how far (ms) business time is ahead of the machines' time. */
export async function readClockOffset(): Promise<number> {
  const row = await Setting.findById(CLOCK).lean();
  return typeof row?.value === 'number' ? row.value : 0;
}

/** Moves business time forward for every process and answers the new offset in ms. Throws for a step back. */
export async function advanceClock(milliseconds: number): Promise<number> {
  if (!Number.isFinite(milliseconds) || milliseconds < 0) throw new RangeError('Business time only moves forward.');
  await Setting.updateOne({ _id: CLOCK }, { $inc: { value: Math.round(milliseconds) } }, { upsert: true });
  return readClockOffset();
}
