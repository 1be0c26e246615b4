import { afterEach, describe, expect, it } from 'vitest';
import { findCodes, makeCode } from '#domain/codes';
import { customerForAddress } from '#domain/customers';
import { friendsOf, inviteOf, referralOf, teamLinkOf, touchCode, touchCodes } from '#domain/referrals';
import { systemClock } from '#lib/clock';
import { Flag } from '#models/flag';
import { Interaction } from '#models/interaction';
import { Outbox } from '#models/outbox';
import { useDatabase } from '#test/support/database';
import { testDeps } from '#test/support/deps';
import { somebody, storedOrder, storedTeam } from '#test/support/people';

const database = useDatabase();
const clock = systemClock();
const deps = testDeps({ clock });
afterEach(() => database.clear());

const DAY = 86_400_000;
const later = (ms: number) => clock.adopt(clock.offset() + ms);

describe('a friend who sends an invite code', () => {
  it('is bound to the inviter, who is told; sending it again changes nothing', async () => {
    const [asha, ravi] = [await somebody(deps), await somebody(deps)];
    const touch = { code: asha.inviteCode, customerId: ravi._id, inboxId: 'in_1' };
    const bound = { kind: 'invite', inviterId: asha._id, bound: true };
    expect(await touchCode(deps, touch)).toEqual(bound);
    expect(await touchCode(deps, touch)).toEqual(bound);
    expect(await friendsOf(asha._id)).toHaveLength(1);
    expect(await Outbox.find({ customerId: asha._id }).lean()).toMatchObject([
      { class: 'transactional', replies: [{ copy: 'notice.friend-came' }] },
    ]);
    expect(await Interaction.countDocuments({ kind: 'referral-bound' })).toBe(2);
  });

  it('stays with the first inviter; a later code is logged as a touch', async () => {
    const [asha, bina, ravi] = [await somebody(deps), await somebody(deps), await somebody(deps)];
    await touchCode(deps, { code: asha.inviteCode, customerId: ravi._id, inboxId: 'in_1' });
    const second = await touchCode(deps, { code: bina.inviteCode, customerId: ravi._id, inboxId: 'in_2' });
    expect(second).toEqual({ kind: 'invite', inviterId: bina._id, bound: false, why: 'already-bound' });
    expect((await referralOf(ravi._id))?.inviterId).toBe(asha._id);
    expect(await Interaction.countDocuments({ customerId: ravi._id, kind: 'referral-touch' })).toBe(2);
  });

  it('is bound once by two codes at the same moment', async () => {
    const [asha, bina, ravi] = [await somebody(deps), await somebody(deps), await somebody(deps)];
    const outcomes = await Promise.all(
      [asha, bina].map((one) =>
        touchCode(deps, { code: one.inviteCode, customerId: ravi._id, inboxId: `in_${one._id}` }),
      ),
    );
    expect(outcomes.filter((outcome) => 'bound' in outcome && outcome.bound)).toHaveLength(1);
  });

  it('is not bound when she bought before, or after thirty days, or with her own code', async () => {
    const [asha, ravi, mina] = [await somebody(deps), await somebody(deps), await somebody(deps)];
    await storedOrder(deps, ravi._id, 't_1', { state: 'confirmed' });
    const code = asha.inviteCode;
    expect(await touchCode(deps, { code, customerId: ravi._id, inboxId: 'a' })).toMatchObject({ why: 'not-new' });
    expect(await touchCode(deps, { code, customerId: asha._id, inboxId: 'b' })).toEqual({ kind: 'own' });
    later(31 * DAY);
    expect(await touchCode(deps, { code, customerId: mina._id, inboxId: 'c' })).toMatchObject({ why: 'too-late' });
  });

  it('is not bound to herself on another channel, which is flagged', async () => {
    const asha = await customerForAddress(deps, { channel: 'simulator', address: '+919800000001', at: clock.now() });
    const again = await customerForAddress(deps, { channel: 'terminal', address: '+919800000001', at: clock.now() });
    const outcome = await touchCode(deps, { code: asha.inviteCode, customerId: again._id, inboxId: 'a' });
    expect(outcome).toMatchObject({ bound: false, why: 'same-person' });
    expect(await Flag.find().lean()).toMatchObject([{ reason: 'self-referral', state: 'open', customerId: asha._id }]);
  });

  it('cannot close a circle of invitations', async () => {
    const [a, b, c] = [await somebody(deps), await somebody(deps), await somebody(deps)];
    await touchCode(deps, { code: a.inviteCode, customerId: b._id, inboxId: '1' });
    await touchCode(deps, { code: b.inviteCode, customerId: c._id, inboxId: '2' });
    const closing = await touchCode(deps, { code: c.inviteCode, customerId: a._id, inboxId: '3' });
    expect(closing).toMatchObject({ bound: false, why: 'cycle' });
    expect((await Flag.findOne({ reason: 'cycle' }).lean())?.evidence['chain']).toEqual([c._id, b._id, a._id]);
  });

  it('is told when nobody has that code', async () => {
    const ravi = await somebody(deps);
    expect(await touchCode(deps, { code: makeCode(deps.random), customerId: ravi._id, inboxId: 'a' })).toEqual({
      kind: 'unknown',
    });
  });

  it('comes in a burst with others: bound all the same, and looked at', async () => {
    const asha = await somebody(deps);
    for (let i = 0; i < 5; i++)
      await touchCode(deps, { code: asha.inviteCode, customerId: (await somebody(deps))._id, inboxId: `in_${i}` });
    expect(await friendsOf(asha._id)).toHaveLength(5);
    expect(await Flag.find().lean()).toMatchObject([{ reason: 'velocity', hold: false }]);
  });
});

describe('a team link', () => {
  it('credits the seat to its sharer, and binds a new friend to her', async () => {
    const [asha, bina, ravi] = [await somebody(deps), await somebody(deps), await somebody(deps)];
    const team = await storedTeam(deps, asha._id);
    const { text, link } = await teamLinkOf(deps, team.code, bina._id);
    const codes = findCodes(decodeURIComponent(link));
    expect(codes).toEqual(findCodes(text));
    expect(await touchCodes(deps, { codes, customerId: ravi._id, inboxId: 'a' })).toEqual({
      kind: 'team',
      team: team._id,
      sharerId: bina._id,
      bound: true,
    });
    expect(await referralOf(ravi._id)).toMatchObject({ inviterId: bina._id, via: 'team', teamId: team._id });
  });

  it('credits the seat to its sharer even when the friend belongs to somebody else', async () => {
    const [asha, bina, ravi] = [await somebody(deps), await somebody(deps), await somebody(deps)];
    const team = await storedTeam(deps, asha._id);
    await touchCode(deps, { code: bina.inviteCode, customerId: ravi._id, inboxId: 'a' });
    const outcome = await touchCodes(deps, { codes: [team.code], customerId: ravi._id, inboxId: 'b' });
    expect(outcome).toEqual({ kind: 'team', team: team._id, sharerId: asha._id, bound: false, why: 'already-bound' });
  });

  it('shows the leader her own team and credits nobody', async () => {
    const asha = await somebody(deps);
    const team = await storedTeam(deps, asha._id);
    const outcome = await touchCodes(deps, { codes: [team.code], customerId: asha._id, inboxId: 'b' });
    expect(outcome).toEqual({ kind: 'team', team: team._id, bound: false });
  });
});

describe('links', () => {
  it("carry the bot's number and a code, never a customer's number", async () => {
    const { code, link, page } = await inviteOf(deps, (await somebody(deps))._id);
    expect(link).toBe(`https://wa.me/910000000000?text=JOIN%20${code}`);
    expect(page).toBe(`http://localhost:3000/r/${code}`);
  });

  it('lead to the landing page while the bot has no number', async () => {
    const { link, page } = await inviteOf({ ...deps, botNumber: '' }, (await somebody(deps))._id);
    expect(link).toBe(page);
  });
});
