import { beforeEach, expect, test } from 'vitest';
import { forgetLiveDeals } from '#domain/deals';
import { diagnose } from '#domain/doctor';
import { ordersOf } from '#domain/orders';
import { recordPaymentEvent } from '#domain/payments';
import { forgetPopular } from '#domain/popular-products';
import { settleTeams, sweepTeams } from '#domain/teams';
import { seededRandom } from '#lib/random';
import { Team } from '#models/team';
import { seedTown } from '#seed/town';
import { useDatabase } from '#test/support/database';
import { flowDeps, openScene, type Phone, sceneClock } from './flow-support.ts';

const database = useDatabase();

beforeEach(async () => {
  await database.clear();
  forgetLiveDeals();
  forgetPopular();
});

const WORDS = (
  'menu|back|cancel|help|human|language|stop|start|my orders|my team|my money|invite|हाँ|nahi|yes|no|रद्द|wapas|' +
  'mere paise|333001|110001|12 School Road|DEAL 1|DEAL 5|DEAL 8|DEAL 77|JOIN K7MPXQ9|412345678901|maine paise de diye|' +
  'atta chahiye|kya haal hai|why is my reward pending|delete my data|profile|search|{0}|$ne|__proto__|\u202Eabc|👍'
).split('|');
const MEDIA = ['image', 'voice', 'location', 'sticker', 'hologram'];

/** Draws what a restless shopper does next: mostly a line of the menu, now and then anything at all. */
async function wander(phone: Phone, draw: () => number): Promise<string> {
  const chance = draw();
  if (chance < 0.66) return phone.say(String(1 + Math.floor(draw() * 5)));
  if (chance < 0.92) return phone.say(WORDS[Math.floor(draw() * WORDS.length)] ?? '1');
  if (chance < 0.96) return phone.send(MEDIA[Math.floor(draw() * MEDIA.length)] ?? 'image');
  const team = await Team.findOne({}).sort({ createdAt: -1 }).lean();
  return phone.say(team ? `JOIN ${team.code}` : '1');
}

test.each([1, 2, 3])(
  'whatever restless shoppers send is answered, on a screen of at most five choices (%i)',
  async (seed) => {
    const clock = sceneClock();
    const deps = flowDeps(clock, ['simulated', 'upi', 'cod']);
    await seedTown(deps, { people: 10, seed: 3 });
    const scene = openScene(deps);
    const { unit } = seededRandom(seed);
    const phones = ['Asha', 'Ravi', 'Mary'].map((name) => scene.phone(name));
    for (let turn = 0; turn < 240; turn += 1) {
      const phone = phones[Math.floor(unit() * phones.length)] as Phone;
      const answer = await wander(phone, unit);
      expect(answer, scene.transcript().slice(-1500)).not.toBe('');
      expect(answer).not.toMatch(/undefined|NaN|\{[a-z]+\}/);
      expect(answer.length).toBeLessThan(2500);
      expect((answer.match(/^[6-9] /gm) ?? []).length, answer).toBe(0);
      if (unit() < 0.1) await payLatest(phone);
      if (unit() < 0.05) {
        clock.forward(Math.floor(unit() * 600));
        await sweepTeams(deps);
      }
      if (unit() < 0.2) await phone.notices();
    }
    await settleTeams(deps);
    await sweepTeams(deps);
    const { checks } = await diagnose(deps);
    expect(checks.filter(({ ok }) => ok === false)).toEqual([]);

    async function payLatest(phone: Phone): Promise<void> {
      const [order] = await ordersOf((await phone.customer())._id, 1);
      if (!order || order.method === 'cod') return;
      const id = `${order._id}-${Math.floor(unit() * 2)}`;
      const event = { provider: order.method ?? 'simulated', eventId: id, paymentId: id, kind: 'paid' } as const;
      const { _id: orderId, due: amount, currency } = order;
      await recordPaymentEvent(deps, { ...event, orderId, amount, currency, paidAt: clock.now() });
    }
  },
);
