import { insertOnce } from '#lib/mongo';
import { Customer, type CustomerDoc } from '#models/customer';
import { Referral, type ReferralDoc } from '#models/referral';
import { Team } from '#models/team';
import { customerById, isNewCustomer } from './customers.ts';
import type { Deps } from './deps.ts';
import { raiseFlag } from './flags.ts';
import { logInteractions } from './interactions.ts';
import { enqueueMessages } from './outbox.ts';
import { chainTo, isSamePerson } from './referral-checks.ts';
import { friendJoinedNotice } from './reward-notices.ts';

/** Lists why a touched code bound nobody. */
export const UNBOUND_REASONS = ['not-new', 'already-bound', 'too-late', 'same-person', 'cycle'] as const;
export type UnboundReason = (typeof UNBOUND_REASONS)[number];

/** Says what a code stood for and whether it bound the one who sent it to the one who shared it. */
export type TouchOutcome =
  | {
      readonly kind: 'team';
      readonly team: string;
      /** Who filled the seat, if she takes one; absent when she opened her own link. */
      readonly sharerId?: string;
      readonly bound: boolean;
      readonly why?: UnboundReason;
    }
  | { readonly kind: 'invite'; readonly inviterId: string; readonly bound: boolean; readonly why?: UnboundReason }
  | { readonly kind: 'own' }
  | { readonly kind: 'unknown' };

export interface Touch {
  readonly code: string;
  /** The code of the one who shared a team's link, when the message carried it too. */
  readonly sharerCode?: string;
  readonly customerId: string;
  readonly inboxId: string;
}

/**
 * Takes a code a customer sent: logs the touch, and binds a new customer to the one who shared it, once.
 * Called again with the same inbox row it says the same.
 */
export async function touchCode(deps: Deps, touch: Touch): Promise<TouchOutcome> {
  const team = await teamOfCode(touch.code);
  const sharer = await ownerOfInvite(team ? touch.sharerCode : touch.code);
  if (!team && !sharer) return { kind: 'unknown' };
  const sharerId = sharer?._id ?? team?.leaderId;
  if (!team && sharerId === touch.customerId) return { kind: 'own' };
  await logTouch(deps, touch, { sharerId, teamId: team?._id });
  const binding =
    sharerId === undefined || sharerId === touch.customerId
      ? { bound: false as const }
      : await bind(deps, touch, sharerId, team?._id);
  if (!team) return { kind: 'invite', inviterId: sharerId as string, ...binding };
  return {
    kind: 'team',
    team: team._id,
    ...(sharerId && sharerId !== touch.customerId ? { sharerId } : {}),
    ...binding,
  };
}

/** Takes all codes of one message: a team's code with its sharer's, else the first that belongs to somebody. */
export async function touchCodes(
  deps: Deps,
  { codes, ...from }: { readonly codes: readonly string[]; readonly customerId: string; readonly inboxId: string },
): Promise<TouchOutcome> {
  const teams = await Promise.all(codes.map((code) => teamOfCode(code)));
  const teamAt = teams.findIndex((team) => team !== null);
  const others = codes.filter((_, i) => teams[i] === null);
  const owners = await Promise.all(others.map((code) => ownerOfInvite(code)));
  const invite = others[owners.findIndex((owner) => owner !== null)];
  const team = codes[teamAt];
  if (team !== undefined) return touchCode(deps, { ...from, code: team, ...(invite ? { sharerCode: invite } : {}) });
  return invite === undefined ? { kind: 'unknown' } : touchCode(deps, { ...from, code: invite });
}

/** Gives a customer's own code and the links that carry it. `link` opens the chat, `page` shows what it is about first. */
export async function inviteOf(
  deps: Deps,
  customerId: string,
): Promise<{ readonly code: string; readonly text: string; readonly link: string; readonly page: string }> {
  const customer = await customerById(customerId);
  if (!customer) throw new Error(`referrals: there is no customer ${customerId}.`);
  return linksOf(deps, 'r', customer.inviteCode, `JOIN ${customer.inviteCode}`);
}

/** Gives the links of a team as one member shares it: the seat they fill is hers. */
export async function teamLinkOf(
  deps: Deps,
  teamCode: string,
  sharerId: string,
): Promise<{ readonly code: string; readonly text: string; readonly link: string; readonly page: string }> {
  const sharer = await customerById(sharerId);
  const text = sharer ? `JOIN ${teamCode} ${sharer.inviteCode}` : `JOIN ${teamCode}`;
  const links = linksOf(deps, 't', teamCode, text);
  return sharer ? { ...links, page: `${links.page}?by=${sharer.inviteCode}` } : links;
}

/** Finds who brought a customer; null when nobody did. */
export async function referralOf(customerId: string): Promise<ReferralDoc | null> {
  return Referral.findById(customerId).lean<ReferralDoc>();
}

/** Lists whom a customer brought, the latest first. */
export async function friendsOf(customerId: string, limit = 50): Promise<ReferralDoc[]> {
  return Referral.find({ inviterId: customerId }).sort({ boundAt: -1 }).limit(limit).lean<ReferralDoc[]>();
}

/** Finds whose invite code this is, following merges. */
export async function ownerOfInvite(code: string | undefined): Promise<CustomerDoc | null> {
  if (code === undefined) return null;
  const owner = await Customer.findOne({ inviteCode: code, 'erasure.done': { $exists: false } }).lean<CustomerDoc>();
  return owner?.mergedInto ? customerById(owner.mergedInto) : owner;
}

function linksOf(deps: Deps, path: 'r' | 't', code: string, text: string) {
  const page = `${deps.publicUrl}/${path}/${code}`;
  const link = deps.botNumber ? `https://wa.me/${deps.botNumber}?text=${encodeURIComponent(text)}` : page;
  return { code, text, link, page };
}

async function teamOfCode(code: string): Promise<{ _id: string; leaderId?: string } | null> {
  return Team.findOne({ code }, { leaderId: 1 }).lean();
}

async function logTouch(
  deps: Deps,
  { code, customerId, inboxId }: Touch,
  { sharerId, teamId }: { sharerId: string | undefined; teamId: string | undefined },
): Promise<void> {
  const _id = `i:touch:${inboxId}:${code}`;
  const data = { code, ...(sharerId ? { sharerId } : {}) };
  await logInteractions([
    { _id, customerId, kind: 'referral-touch', at: deps.clock.now(), data, ...(teamId ? { teamId } : {}) },
  ]);
}

type Binding = { readonly bound: true } | { readonly bound: false; readonly why: UnboundReason };

async function bind(deps: Deps, touch: Touch, inviterId: string, teamId?: string): Promise<Binding> {
  const before = await Referral.findById(touch.customerId).lean();
  if (before && before.inboxId !== touch.inboxId) return { bound: false, why: 'already-bound' };
  const why = before ? null : await whyNotBound(deps, touch, inviterId);
  if (why) return { bound: false, why };
  const kept = before ?? (await insertReferral(deps, touch, inviterId, teamId));
  if (kept.inboxId !== touch.inboxId) return { bound: false, why: 'already-bound' };
  await tellOfBinding(deps, kept);
  return { bound: true };
}

async function whyNotBound(deps: Deps, touch: Touch, inviterId: string): Promise<UnboundReason | null> {
  const friend = await customerById(touch.customerId);
  if (!friend || !(await isNewCustomer(friend._id))) return 'not-new';
  const days = deps.rulesOf(friend.market).bindingDays;
  const since = friend.firstContactAt ?? friend.createdAt;
  if (deps.clock.now().getTime() > since.getTime() + days * 86_400_000) return 'too-late';
  const people = [inviterId, friend._id];
  const about = { hold: false, customerId: inviterId, people, key: people.join() };
  if (await isSamePerson(deps, inviterId, friend._id)) {
    await raiseFlag(deps, {
      ...about,
      reason: 'self-referral',
      evidence: { code: touch.code, inboxId: touch.inboxId },
    });
    return 'same-person';
  }
  const chain = await chainTo(inviterId, friend._id);
  if (!chain) return null;
  await raiseFlag(deps, { ...about, reason: 'cycle', evidence: { chain, code: touch.code } });
  return 'cycle';
}

async function insertReferral(deps: Deps, touch: Touch, inviterId: string, teamId?: string): Promise<ReferralDoc> {
  const friend = await customerById(touch.customerId);
  const row: ReferralDoc = {
    _id: touch.customerId,
    inviterId,
    code: touch.code,
    via: teamId ? 'team' : 'invite',
    ...(teamId ? { teamId } : {}),
    inboxId: touch.inboxId,
    market: friend?.market ?? 'IN',
    boundAt: deps.clock.now(),
  };
  if (await insertOnce(() => Referral.create(row))) return row;
  return (await Referral.findById(touch.customerId).lean<ReferralDoc>()) ?? row;
}

/** Joins within this time count as a burst, and so many make one. A burst is only looked at, never refused. */
const BURST_MS = 60_000;
const BURST_SIZE = 5;

async function tellOfBinding(deps: Deps, referral: ReferralDoc): Promise<void> {
  const { _id: friendId, inviterId, boundAt, code } = referral;
  const row = (customerId: string, data: { [key: string]: unknown }) =>
    ({ _id: `i:bound:${friendId}:${customerId}`, customerId, kind: 'referral-bound', at: boundAt, data }) as const;
  await logInteractions([row(friendId, { code, inviterId }), row(inviterId, { code, friendId })]);
  await enqueueMessages([friendJoinedNotice(await customerById(friendId), referral)]);
  const since = new Date(boundAt.getTime() - BURST_MS);
  const burst = await Referral.find({ inviterId, boundAt: { $gt: since, $lte: boundAt } }, { _id: 1 }).lean();
  if (burst.length < BURST_SIZE) return;
  const people = [inviterId, ...burst.map((friend) => friend._id)];
  const key = `${inviterId}|${boundAt.toISOString().slice(0, 10)}`;
  const evidence = { joins: burst.length, withinSeconds: BURST_MS / 1000, at: boundAt };
  await raiseFlag(deps, { key, reason: 'velocity', hold: false, customerId: inviterId, people, evidence });
}
