import type { DealDoc } from '#models/deal';
import type { Deps } from './deps.ts';
import type { DealView } from './team-types.ts';

export type { DealView } from './team-types.ts';

/** Describes a deal to be offered. Prices per unit in minor units; what is absent is taken from the product or market. */
export interface NewDeal {
  /** Makes adding repeatable; a fresh id when absent. */
  readonly id?: string;
  readonly productId: string;
  readonly size: number;
  readonly teamPrice: number;
  readonly soloPrice?: number;
  readonly ladder?: DealDoc['ladder'];
  readonly windowMs?: number;
  readonly startsAt?: Date;
  readonly endsAt: Date;
  readonly stock: number;
  readonly unitsPerSeat?: number;
  readonly maxUnitsPerCustomer?: number;
  readonly newCustomersOnly?: boolean;
  readonly pinCodes?: readonly string[];
  readonly pickupPoints?: DealDoc['pickupPoints'];
  readonly cod?: boolean;
  readonly margin?: number;
}

/** Lists what can be bought now, soonest end first; at most 2 s old. */
export async function liveDeals(_deps: Deps, _where: { market: string; pinCode?: string }): Promise<DealView[]> {
  throw new Error('not yet');
}
/** Reads a deal and its product. */
export async function dealById(_deps: Deps, _id: string): Promise<DealView | null> {
  throw new Error('not yet');
}
/** Finds a deal by the number people type. */
export async function dealByNumber(_deps: Deps, _number: number): Promise<DealView | null> {
  throw new Error('not yet');
}
/** Offers a deal and gives it the next number. */
export async function addDeal(_deps: Deps, _input: NewDeal): Promise<DealDoc> {
  throw new Error('not yet');
}
/** Stops new teams of a deal; running ones go on. */
export async function stopDeal(_deps: Deps, _id: string): Promise<DealDoc | null> {
  throw new Error('not yet');
}
/** Lists all deals, newest first. */
export async function listDeals(_deps: Deps): Promise<DealView[]> {
  throw new Error('not yet');
}
