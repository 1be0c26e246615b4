import { type RequestHandler, Router } from 'express';
import { renderView } from '../views.ts';
import type { SimulatorHandlers } from './handlers.ts';

/** A payment dated so long after now is past any team's clock (24 hours unless configured) and its grace. */
const LATE_MS = 25 * 3600 * 1000;

/** Builds the simulator page `/simulator` and the pretended payment page `/pay/<order>`. */
export function simulatorPages(handlers: SimulatorHandlers): Router {
  const routes = Router();
  routes.get('/simulator', (_req, res) => {
    res.set('Cache-Control', 'no-store');
    res.send(
      renderView('simulator', { title: 'Toli simulator', style: 'simulator/simulator', script: 'simulator/app' }),
    );
  });
  routes.get('/pay/:orderId', payPage(handlers));
  return routes;
}

function payPage({ order, now }: SimulatorHandlers): RequestHandler<{ orderId: string }> {
  return async (req, res, next) => {
    const found = await order?.(req.params.orderId);
    if (!found) return next();
    const { orderId, amount, currency } = found;
    const lateAt = new Date(now().getTime() + LATE_MS).toISOString();
    const half = Math.floor(amount / 2);
    const payments = [
      { label: `Pay ${found.amountText}`, main: true, event: 'paid', amount },
      { label: 'Pay too little (half)', event: 'paid', amount: half },
      { label: 'Pay twice', event: 'paid', amount, times: 2 },
      { label: 'Pay late (dated in 25 hours)', event: 'paid', amount, paidAt: lateAt },
      { label: 'Let somebody else pay', event: 'paid', amount, payer: 'a friend of the shopper' },
      { label: 'The payment fails', event: 'failed', amount },
    ].map(({ label, main = false, times = 1, ...event }) => ({
      label,
      main,
      times,
      event: JSON.stringify({ orderId, currency, ...event }),
    }));
    res.set('Cache-Control', 'no-store');
    res.send(renderView('pay', { title: 'Pretended payment', script: 'simulator/pay', order: found, payments }));
  };
}
