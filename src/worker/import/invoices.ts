import type { OrderDoc } from '#domain/imports-rows';
import type { Line } from './online-retail-rows.ts';

/** Is an invoice as far as it was read; its lines keep their order, repeats included. */
export interface Invoice {
  readonly number: string;
  readonly customer: string;
  readonly at: number;
  readonly lines: Line[];
}

/** Is what every order of one import shares. */
export interface OrderContext {
  readonly importRun: string;
  readonly market: string;
  readonly currency: string;
  readonly shiftMs: number;
  readonly customerIdOf: (customer: string) => string;
}

/** Puts lines together by invoice; a line of another customer than the invoice's first is refused (false). */
export function addLine(invoices: Map<string, Invoice>, line: Line): boolean {
  const known = invoices.get(line.invoice);
  if (!known) {
    invoices.set(line.invoice, { number: line.invoice, customer: line.customer, at: line.at, lines: [line] });
    return true;
  }
  if (known.customer !== line.customer) return false;
  known.lines.push(line);
  return true;
}

/** Says whether an invoice takes goods back: its number begins with C, or more goes back than out. */
export function isReturn(invoice: Invoice): boolean {
  return /^c/i.test(invoice.number) || totalOf(invoice) < 0;
}

/** Names the order of an invoice; the same invoice is the same order in every import. */
export function orderIdOf(invoice: string): string {
  return `import:online-retail:${invoice}`;
}

/** Writes an invoice as the order the bot would have written: a purchase confirmed and delivered, or a return. */
export function orderOf(invoice: Invoice, context: OrderContext): OrderDoc {
  const placedAt = new Date(invoice.at + context.shiftMs);
  const returned = isReturn(invoice);
  return {
    _id: orderIdOf(invoice.number),
    code: invoice.number,
    customerId: context.customerIdOf(invoice.customer),
    source: 'import',
    state: returned ? 'refunded' : 'confirmed',
    lines: invoice.lines.map(({ code, quantity, price }) => ({ productId: code, quantity, unitPrice: price })),
    currency: context.currency,
    market: context.market,
    total: totalOf(invoice),
    credit: 0,
    due: 0,
    placedAt,
    localDay: placedAt.toISOString().slice(0, 10),
    ...(returned ? {} : { paidAt: placedAt, confirmedAt: placedAt }),
    fulfilment: returned
      ? { state: 'returned', returnedAt: placedAt }
      : { state: 'delivered', packedAt: placedAt, deliveredAt: placedAt },
    importKey: invoice.number,
    importRun: context.importRun,
  };
}

function totalOf({ lines }: Invoice): number {
  return lines.reduce((sum, { quantity, price }) => sum + quantity * price, 0);
}
