export { paymentQueue, type QueuedPayment } from './payment-queue.ts';
export { recordPaymentEvent } from './payment-record.ts';
export { paymentRequest } from './payment-request.ts';
export { type ConfirmOutcome, claimUpi, confirmUpi, readUpiReference } from './payment-upi.ts';
