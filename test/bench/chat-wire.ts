import type { Inbound } from '#ports/channel';

/** Lists what the load process tells the bot process. */
export type ToBot =
  | { readonly kind: 'in'; readonly message: Pick<Inbound, 'id' | 'from' | 'kind' | 'text' | 'option'> }
  | { readonly kind: 'pay'; readonly orderId: string }
  | { readonly kind: 'count' }
  | { readonly kind: 'end' };

/** Lists what the bot process tells the load process. */
export type FromBot =
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'out';
      readonly to: string;
      readonly text: string;
      readonly options: readonly string[];
      readonly orderId?: string;
    }
  | { readonly kind: 'count'; readonly roundTrips: number; readonly cpu: NodeJS.CpuUsage; readonly rss: number };
