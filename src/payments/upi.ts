import type { PaymentProvider } from '#ports/payment';

export interface UpiOptions {
  /** The address money is paid to, such as `shop@bank`. */
  readonly vpa: string;
  /** The name that UPI apps show to the payer. */
  readonly name: string;
  readonly refundDays?: number;
}

/** Is what a UPI link asks for. Amount in paise. */
export interface UpiAsk {
  readonly orderId: string;
  readonly amount: number;
  readonly note: string;
}

/**
 * Makes UPI without a gateway: a link with the amount, a reference the shopper sends back, refunds by hand.
 * Only rupees: any other currency throws.
 */
export function upiPayments(options: UpiOptions): PaymentProvider {
  return {
    name: 'upi',
    refundDays: options.refundDays ?? 3,
    request: async ({ orderId, amount, currency, note }) => {
      if (currency !== 'INR') throw new Error(`UPI moves rupees only, not ${currency}.`);
      return {
        orderId,
        amount,
        currency,
        url: upiLink(options, { orderId, amount, note }),
        imageUrl: `/pictures/upi/${encodeURIComponent(orderId)}.png`,
        payTo: options.vpa,
        needsReference: true,
      };
    },
    refund: async () => ({ kind: 'manual' }),
  };
}

/** Writes the link a UPI app opens with everything filled in; `tr` is the order, at most 35 signs, letters and digits. */
export function upiLink({ vpa, name }: Pick<UpiOptions, 'vpa' | 'name'>, ask: UpiAsk): string {
  const fields = {
    pa: vpa,
    pn: name,
    am: `${Math.floor(ask.amount / 100)}.${String(ask.amount % 100).padStart(2, '0')}`,
    cu: 'INR',
    tr: ask.orderId.replace(/[^0-9A-Za-z]/g, '').slice(0, 35),
    tn: ask.note.slice(0, 50),
  };
  const query = Object.entries(fields).map(([field, value]) => `${field}=${encoded(value)}`);
  return `upi://pay?${query.join('&')}`;
}

/** Keeps `@` as it is: several UPI apps do not decode it. */
function encoded(value: string): string {
  return encodeURIComponent(value).replace(/%40/g, '@');
}
