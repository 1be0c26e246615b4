import { expect, test } from 'vitest';
import { addDeal, forgetLiveDeals } from '#domain/deals';
import { linkImport } from '#domain/linked-imports';
import { Customer } from '#models/customer';
import { Order } from '#models/order';
import { Product } from '#models/product';
import { useDatabase } from '#test/support/database';
import { flowDeps, openScene, sceneClock } from './flow-support.ts';
import { latestOrder, says } from './flow-town.ts';

useDatabase();

test('an imported customer of another market is welcomed, sees her own money and postcode, and her old orders', async () => {
  forgetLiveDeals();
  const clock = sceneClock();
  const deps = flowDeps(clock, ['upi', 'cod', 'simulated']);
  const now = clock.now();
  await Customer.create({
    _id: 'c_import',
    market: 'GB',
    zone: 'Europe/London',
    language: 'en',
    addresses: [],
    inviteCode: 'K7MPXQ2',
    source: 'import',
    importId: 'online-retail:17850',
    bucket: 9000,
    createdAt: now,
  });
  await Product.create({
    _id: '85123A',
    names: { en: 'White hanging heart T-light holder' },
    category: 'general',
    artwork: 'lamp',
    soloPrice: 2_95,
    currency: 'GBP',
    market: 'GB',
    source: 'import',
    createdAt: now,
  });
  await Order.create({
    _id: 'o_import',
    code: 'INV536365',
    customerId: 'c_import',
    source: 'import',
    state: 'confirmed',
    lines: [{ productId: '85123A', quantity: 6, unitPrice: 2_55 }],
    currency: 'GBP',
    market: 'GB',
    total: 15_30,
    placedAt: new Date(now.getTime() - 40 * 86_400_000),
    localDay: '2026-10-11',
    fulfilment: { state: 'delivered' },
  });
  const endsAt = new Date(now.getTime() + 9 * 86_400_000);
  await addDeal(deps, { productId: '85123A', size: 3, teamPrice: 2_51, endsAt, stock: 30 });
  const phone = openScene(deps).phone('Jane');
  await linkImport(deps, { importId: 'online-retail:17850', channel: 'simulator', address: phone.address });
  await says(phone, 'hello', '3', 'yes');
  expect(await phone.say('1')).toMatch(/£2\.51 White hanging heart T-light holder · alone £2\.95, you save £0\.44/);
  expect(await says(phone, '1', '1', 'SW1A 1AA', '10 Downing Street, London')).toContain('You pay £2.51');
  await phone.say('yes');
  expect(await latestOrder(phone)).toMatchObject({ currency: 'GBP', due: 2_51, place: { pinCode: 'SW1A 1AA' } });
  expect(await says(phone, 'my orders', '2')).toContain('Order INV536365: 6 pieces\n£15.30');
});
