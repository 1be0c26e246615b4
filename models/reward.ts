import mongoose, { Schema } from 'mongoose';

/** `void` is the end of a reward that will not be, or was taken back before it was paid out. */
export const REWARD_STATES = ['pending', 'available', 'paid-out', 'void'] as const;
export type RewardState = (typeof REWARD_STATES)[number];

/** Lists the moves a reward can make; a row goes no other way. */
export const REWARD_MOVES = {
  pending: ['available', 'void'],
  available: ['paid-out', 'void'],
  'paid-out': [],
  void: [],
} as const satisfies { readonly [state in RewardState]: readonly RewardState[] };

/** Lists who is rewarded: the one who invited, and the friend who came. */
export const REWARD_SIDES = ['inviter', 'friend'] as const;
export type RewardSide = (typeof REWARD_SIDES)[number];

/** Lists why a reward is void. */
export const VOID_REASONS = [
  'team-failed',
  'refunded',
  'order-too-small',
  'daily-cap',
  'monthly-cap',
  'self-referral',
  'cycle',
  'decided',
] as const;
export type VoidReason = (typeof VOID_REASONS)[number];

export interface RewardDoc {
  /** `<friend>:<side>:<order>`: an order earns each side once. */
  _id: string;
  /** Who gets it. */
  customerId: string;
  inviterId: string;
  friendId: string;
  side: RewardSide;
  orderId: string;
  market: string;
  /** Minor units. */
  amount: number;
  currency: string;
  state: RewardState;
  /**
   * Names what no other reward may hold: the friend's n-th chance per side, and the inviter's n-th place of the day and
   * of the month. A unique index over the array keeps caps true under any race. Keys are never taken away: a reward lost
   * with its team opens one chance and one place more.
   */
  keys: string[];
  createdAt: Date;
  availableAt?: Date;
  endedAt?: Date;
  reason?: VoidReason;
  /** The payout that covered it. */
  payout?: string;
  /** Set when a refund took it back after it had become available. */
  clawedBackAt?: Date;
  /** True while journals, notices and log rows of the last move may be missing. */
  unsettled?: boolean;
}

const schema = new Schema<RewardDoc>(
  {
    _id: { type: String, required: true },
    customerId: { type: String, required: true },
    inviterId: { type: String, required: true },
    friendId: { type: String, required: true },
    side: { type: String, enum: REWARD_SIDES, required: true },
    orderId: { type: String, required: true },
    market: { type: String, required: true },
    amount: { type: Number, required: true },
    currency: { type: String, required: true },
    state: { type: String, enum: REWARD_STATES, required: true },
    keys: { type: [String], default: undefined },
    createdAt: { type: Date, required: true },
    availableAt: Date,
    endedAt: Date,
    reason: { type: String, enum: VOID_REASONS },
    payout: String,
    clawedBackAt: Date,
    unsettled: Boolean,
  },
  { collection: 'rewards', versionKey: false },
);
schema.index({ keys: 1 }, { unique: true, partialFilterExpression: { keys: { $exists: true } } });
schema.index({ customerId: 1, createdAt: -1 });
schema.index({ orderId: 1 });
schema.index({ friendId: 1, side: 1 });
schema.index({ state: 1, createdAt: 1 });
schema.index({ unsettled: 1 }, { partialFilterExpression: { unsettled: true } });

export const Reward = mongoose.model<RewardDoc>('Reward', schema);
