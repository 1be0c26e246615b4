import type { DealView } from '#domain/deals';
import type { TeamView } from '#domain/teams';
import type { PaymentMethod } from '#ports/payment';

/** Holds what is known of a purchase so far. `price` is per unit, as it was shown when she chose. */
export type BuyData = {
  readonly dealId: string;
  readonly kind: 'solo' | 'team';
  readonly price: number;
  /** The team to join; a new team is started without it. */
  readonly teamId?: string;
  readonly sharerId?: string;
  readonly units?: number;
  readonly pinCode?: string;
  readonly place?: { readonly kind: 'address' | 'pickup'; readonly text: string; readonly pinCode: string };
  readonly spill?: 'lead' | 'refund';
  readonly useCredit?: boolean;
  readonly method?: PaymentMethod;
  /** Set once the team turned out to have no cash seat left. */
  readonly noCash?: true;
};

/** Begins a purchase at the price of this moment. */
export function buying({ deal }: DealView, kind: BuyData['kind'], more: Partial<BuyData> = {}): BuyData {
  return { dealId: deal._id, kind, price: kind === 'solo' ? deal.soloPrice : deal.teamPrice, ...more };
}

/** Begins to take a seat in a team, at the price the team was started with. */
export function joining({ team }: TeamView, more: Partial<BuyData> = {}): BuyData {
  return { dealId: team.dealId, kind: 'team', price: team.unitPrice, teamId: team._id, ...more };
}

/** Tells how many of it one person may take at once: of a seat, or alone. */
export function mostUnits({ deal }: DealView, kind: BuyData['kind']): number {
  const ofSeat = kind === 'team' ? deal.unitsPerSeat : deal.maxUnitsPerCustomer;
  return Math.max(1, Math.min(ofSeat, deal.maxUnitsPerCustomer));
}

/** Tells with how few members a team on a price ladder still closes; null without a ladder. */
export function fewest(ladder: DealView['deal']['ladder']): number | null {
  return ladder.length > 0 ? Math.min(...ladder.map(({ members }) => members)) : null;
}
