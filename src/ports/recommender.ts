/** Is one product a recommender puts forward, with what is behind it. */
export interface Recommended {
  readonly productId: string;
  readonly score: number;
  readonly reason:
    | { readonly kind: 'bought-before'; readonly count: number }
    | { readonly kind: 'because-you-bought'; readonly productId: string };
}

/** Is how often a customer bought a product, out of her full history. */
export interface BoughtProduct {
  readonly productId: string;
  /** Distinct orders. */
  readonly orders: number;
}

/** Brings one customer's lists up to date from her full history and a frozen model, without a retrain. */
export interface Recommender {
  /** Null when the run has no model for this market, so that only the simple lists exist. */
  foldIn(
    runId: string,
    market: string,
    history: readonly BoughtProduct[],
  ): Promise<{ readonly fresh: readonly Recommended[] } | null>;
}
