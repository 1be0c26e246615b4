import { insertOnce, nativeCollection } from '#lib/mongo';
import { Product, type ProductDoc } from '#models/product';
import type { Deps } from './deps.ts';

/** Reads a product by its SKU; null when there is none. */
export async function productById(sku: string): Promise<ProductDoc | null> {
  return (await nativeCollection(Product).findOne({ _id: sku })) as ProductDoc | null;
}

/** Adds a product an operator sells; false when its SKU is taken. Prices in minor units. */
export async function addProduct(deps: Deps, product: Omit<ProductDoc, 'source' | 'createdAt'>): Promise<boolean> {
  return insertOnce(() => Product.create({ ...product, source: 'operator', createdAt: deps.clock.now() }));
}
