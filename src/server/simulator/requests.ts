import { z } from 'zod';
import { INBOUND_KINDS } from '#ports/channel';
import { PAYMENT_EVENT_KINDS } from '#ports/payment';

/** Is the longest text a person can send, in characters; the rest of a request is small. */
export const LONGEST_TEXT = 65_536;
const LONGEST_WAIT_SECONDS = 60;
const A_YEAR = 366 * 24 * 3600;

const e164 = z.string().regex(/^\+[1-9]\d{6,14}$/, 'give a phone in E.164, for example +919812345678');
/** In an address an unescaped plus arrives as a space; what is meant is clear. */
const e164InAddress = z.preprocess((phone) => (typeof phone === 'string' ? phone.replace(/^ /, '+') : phone), e164);
const messageId = z.string().min(1).max(200);
const currency = z.string().regex(/^[A-Z]{3}$/, 'give an ISO 4217 code, for example INR');

/** Describes `POST /simulator/api/messages`. */
export const messageRequest = z
  .strictObject({
    from: e164,
    text: z.string().max(LONGEST_TEXT, `at most ${LONGEST_TEXT} characters`).optional(),
    id: messageId.optional(),
    kind: z.enum(INBOUND_KINDS).optional(),
    option: z.string().min(1).max(200).optional(),
    replyTo: messageId.optional(),
  })
  .transform(({ kind, text, ...rest }) => ({
    ...rest,
    text,
    kind: kind ?? (rest.option === undefined ? ('text' as const) : ('option' as const)),
  }))
  .refine(({ kind, text }) => kind !== 'text' || text !== undefined, { path: ['text'], message: 'a text needs one' })
  .transform((message) => ({ ...message, text: message.text ?? '' }));

/** Describes the query of `GET /simulator/api/messages`; `wait` is in seconds and cut to a minute. */
export const historyRequest = z.strictObject({
  phone: e164InAddress,
  after: z.coerce.number().int().min(0).default(0),
  wait: z.coerce
    .number()
    .min(0)
    .default(0)
    .transform((seconds) => Math.min(seconds, LONGEST_WAIT_SECONDS)),
});

/** Describes the query of `GET /simulator/api/stream`: each phone with the `seq` already seen, `+91…:17`. */
export const streamRequest = z.strictObject({
  phone: z
    .preprocess((given) => (Array.isArray(given) ? given : [given]), z.array(z.string()).min(1).max(24))
    .transform((phones, context) =>
      phones.map((given) => {
        const [, phone, after] = /^[+ ]([1-9]\d{6,14}):(\d{1,9})$/.exec(given) ?? [];
        if (phone === undefined) context.addIssue({ code: 'custom', message: 'give each phone as +91…:<seq>' });
        return { phone: `+${phone}`, after: Number(after) };
      }),
    ),
});

/** Describes `POST /simulator/api/payments`; the amount is in minor units and left out means the whole. */
export const paymentRequest = z.strictObject({
  orderId: z.string().min(1).max(200),
  event: z.enum(PAYMENT_EVENT_KINDS),
  amount: z.int().min(0).max(1e12).optional(),
  currency: currency.optional(),
  paidAt: z.iso
    .datetime({ offset: true, error: 'give an instant such as 2026-01-31T09:30:00Z' })
    .transform((text) => new Date(text))
    .optional(),
  paymentId: messageId.optional(),
  payer: z.string().min(1).max(200).optional(),
});

/** Describes `POST /simulator/api/clock`: business time only moves forward. */
export const clockRequest = z.strictObject({ advanceSeconds: z.number().positive().max(A_YEAR) });

/** Describes `POST /simulator/api/link`: this phone belongs to that imported customer. */
export const linkRequest = z.strictObject({ phone: e164, importId: z.string().trim().min(1).max(100) });
