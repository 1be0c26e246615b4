import type { Random } from '#lib/random';
import type { CustomerDoc, Language } from '#models/customer';
import { TOWN_PIN_CODES } from './deals.ts';

/** Describes a planted taste: what these people buy again and again, and how many days lie between. */
export interface Taste {
  readonly name: string;
  readonly skus: readonly string[];
  readonly everyDays: number;
  readonly share: number;
}

/** Lists the tastes a good recommender must find; neighbours in a list are bought by the same people. */
export const TASTES: readonly Taste[] = [
  { name: 'kitchen', skus: ['atta', 'rice', 'dal', 'oil', 'ghee'], everyDays: 12, share: 0.3 },
  { name: 'tea-time', skus: ['tea', 'biscuits', 'ghee'], everyDays: 14, share: 0.2 },
  { name: 'care', skus: ['soap', 'shampoo', 'tea'], everyDays: 18, share: 0.15 },
  { name: 'fashion', skus: ['sari', 'kurta', 'shampoo'], everyDays: 30, share: 0.12 },
  { name: 'family', skus: ['school-bag', 'toys', 'biscuits'], everyDays: 24, share: 0.13 },
  { name: 'home', skus: ['lamp', 'pressure-cooker', 'phone-case'], everyDays: 35, share: 0.1 },
];

/** Is one person of the demo town with what she likes. */
export interface TownPerson {
  readonly customer: CustomerDoc;
  readonly taste: Taste;
  /** Her own rhythm in days, around that of her taste. */
  readonly everyDays: number;
  /** After this many days of the history she was gone; most stay. */
  readonly leftAfterDays: number;
}

const FIRST_NAMES = (
  'Sunita Ravi Asha Mohan Geeta Suresh Pooja Vikram Kavita Ramesh Meena Anil Rekha Deepak Lata Sanjay Neha Imran ' +
  'Farida Salim Anita Rajesh Kiran Manoj Seema Arjun Shanti Gopal Radha Vijay'
).split(' ');
const FAMILY_NAMES = 'Sharma Verma Meena Khan Yadav Gupta Saini Jat Kumari Soni Choudhary Bano'.split(' ');
const DAY = 86_400_000;

const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random.unit() * list.length)] as T;

function drawTaste(random: Random): Taste {
  let left = random.unit();
  for (const taste of TASTES) {
    left -= taste.share;
    if (left < 0) return taste;
  }
  return TASTES[0] as Taste;
}

function drawLanguage(random: Random): Language {
  const chance = random.unit();
  if (chance < 0.5) return 'hi';
  return chance < 0.85 ? 'hi-Latn' : 'en';
}

/** Makes one person; the same number and chance make the same person. They have no phone and agreed to no marketing. */
export function townPerson(index: number, random: Random, now: Date, historyDays: number, code: string): TownPerson {
  const taste = drawTaste(random);
  const createdAt = new Date(now.getTime() - (historyDays + Math.floor(random.unit() * 60)) * DAY);
  const customer: CustomerDoc = {
    _id: `c_town_${index + 1}`,
    market: 'IN',
    zone: 'Asia/Kolkata',
    language: drawLanguage(random),
    languageChosen: false,
    name: `${pick(random, FIRST_NAMES)} ${pick(random, FAMILY_NAMES)}`,
    place: {
      kind: 'address',
      text: `Makaan ${1 + Math.floor(random.unit() * 240)}`,
      pinCode: pick(random, TOWN_PIN_CODES),
    },
    addresses: [],
    marketing: false,
    welcomed: false,
    inviteCode: code,
    source: 'seed',
    importId: `town:${index + 1}`,
    bucket: Math.floor(random.unit() * 10_000),
    risk: 0,
    createdAt,
  };
  const everyDays = taste.everyDays * (0.6 + 0.8 * random.unit());
  const leftAfterDays = random.unit() < 0.2 ? historyDays * (0.3 + 0.4 * random.unit()) : historyDays + 1;
  return { customer, taste, everyDays, leftAfterDays };
}
