import { expect, it } from 'vitest';
import { readUpiReference } from '#domain/payments';
import { cashOnDelivery } from '#payments/cod';
import { simulatedPayments } from '#payments/simulated';
import { upiLink, upiPayments } from '#payments/upi';

it('a UPI link names account, name, amount in rupees, currency, order and note', () => {
  const link = upiLink(
    { vpa: 'shop@bank', name: 'Toli Demo' },
    { orderId: 'o_7kq2', amount: 9_905, note: 'Toli K7MPXQ2' },
  );
  expect(link).toBe('upi://pay?pa=shop@bank&pn=Toli%20Demo&am=99.05&cu=INR&tr=o7kq2&tn=Toli%20K7MPXQ2');
});

it('UPI asks for a reference, shows a picture and refunds by hand, in rupees only', async () => {
  const upi = upiPayments({ vpa: 'shop@bank', name: 'Shop' });
  const order = { orderId: 'o_1', amount: 100, currency: 'INR', note: 'Toli' };
  expect(await upi.request(order)).toMatchObject({
    needsReference: true,
    payTo: 'shop@bank',
    imageUrl: '/pictures/upi/o_1.png',
  });
  await expect(upi.request({ ...order, currency: 'GBP' })).rejects.toThrow(/rupees only/);
  expect(await upi.refund({ id: 'r', paymentId: 'p', amount: 1, currency: 'INR' })).toEqual({ kind: 'manual' });
});

it.each([
  ['412345678901', '412345678901'],
  ['4123 4567-8901', '412345678901'],
  ['41234567890', null],
  ['4123456789012', null],
  ['41234567890a', null],
])('reads %s as the reference %s', (text, reference) => {
  expect(readUpiReference(text)).toBe(reference);
});

it('the simulated provider follows its script and does one refund once', async () => {
  const now = () => new Date('2026-11-22T06:00:00Z');
  const provider = simulatedPayments({
    publicUrl: 'http://x',
    now,
    refunds: (_refund, asked) => (asked < 2 ? 'failed' : 'done'),
  });
  const wish = { id: 'refund:a', paymentId: 'a', amount: 5, currency: 'INR' };
  expect((await provider.refund(wish)).kind).toBe('failed');
  const done = await provider.refund(wish);
  expect(done.kind).toBe('done');
  expect(await provider.refund(wish)).toEqual(done);
});

it('cash on delivery has nothing to pay in the chat', async () => {
  const request = await cashOnDelivery().request({ orderId: 'o', amount: 1, currency: 'INR', note: '' });
  expect(request).toEqual({ orderId: 'o', amount: 1, currency: 'INR', needsReference: false });
});
