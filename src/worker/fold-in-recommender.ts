import type { Deps } from '#domain/deps';
import { dealProducts, readFactors } from '#domain/lists-history';
import { scoreItems } from '#ml/als';
import { type FrozenItems, foldIn } from '#ml/fold-in';
import { markIndices, topK } from '#ml/top-k';
import type { BoughtProduct, Recommended, Recommender } from '#ports/recommender';
import { strongestReasons } from './recompute/reasons.ts';
import { SETTINGS } from './recompute/settings.ts';

interface LoadedModel {
  readonly frozen: FrozenItems;
  readonly products: readonly string[];
  readonly indexOf: ReadonlyMap<string, number>;
}

/** Makes a recommender that folds purchases into the factorization a run published, kept in memory per run and market. */
export function foldInRecommender(deps: Pick<Deps, 'clock'>): Recommender {
  const loaded = new Map<string, LoadedModel | null>();
  const modelOf = async (runId: string, market: string): Promise<LoadedModel | null> => {
    const key = `${runId}:${market}`;
    const known = loaded.get(key);
    if (known !== undefined) return known;
    if (loaded.size >= MODELS_KEPT) loaded.clear();
    const model = await loadModel(runId, market);
    loaded.set(key, model);
    return model;
  };
  return {
    foldIn: async (runId, market, history) => {
      const model = await modelOf(runId, market);
      if (!model) return null;
      const forSale = await dealProducts(market, deps.clock.now());
      return { fresh: rank(model, history, forSale) };
    },
  };
}

const MODELS_KEPT = 16;

async function loadModel(runId: string, market: string): Promise<LoadedModel | null> {
  const row = await readFactors(runId, market);
  if (!row) return null;
  const { factors, regularization, alpha, products } = row;
  const frozen = { factors, regularization, alpha, itemFactors: floatsOf(row.itemFactors), gram: floatsOf(row.gram) };
  return { frozen, products, indexOf: new Map(products.map((product, index) => [product, index])) };
}

function rank(
  { frozen, products, indexOf }: LoadedModel,
  history: readonly BoughtProduct[],
  forSale: readonly string[],
): Recommended[] {
  const known = history
    .flatMap(({ productId, orders }) => {
      const item = indexOf.get(productId);
      return item === undefined ? [] : [{ item, orders }];
    })
    .sort((a, b) => a.item - b.item);
  const items = known.map(({ item }) => item);
  const values = known.map(({ orders }) => orders);
  const scores = scoreItems(frozen, foldIn(frozen, items, values));
  const best = topK(scores, SETTINGS.kept.fresh, markIndices(scores.length, items));
  const taken = new Set([...best, ...items]);
  const deals = forSale.flatMap((id) => indexOf.get(id) ?? []).filter((item) => !taken.has(item));
  const ranked = [...best, ...deals.sort((a, b) => scores[b]! - scores[a]! || a - b)];
  const reasons = strongestReasons(frozen, items, values, ranked);
  return ranked.flatMap((item, place) => {
    const because = products[reasons[place]!];
    if (because === undefined) return [];
    return [
      { productId: products[item]!, score: scores[item]!, reason: { kind: 'because-you-bought', productId: because } },
    ];
  });
}

/** Copies bytes into floats: a buffer from the database may begin anywhere, floats may not. */
function floatsOf(bytes: Buffer | { buffer: Uint8Array }): Float64Array {
  const view = bytes instanceof Uint8Array ? bytes : bytes.buffer;
  const copy = new Uint8Array(view.byteLength);
  copy.set(view);
  return new Float64Array(copy.buffer);
}
