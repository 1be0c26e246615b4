export { paymentQueue, type QueuedPayment } from './payment-queue.ts';
export { type RecordedPayment, recordPaymentEvent } from './payment-record.ts';
export { paymentRequest } from './payment-request.ts';
export { type ClaimOutcome, type ConfirmOutcome, claimUpi, confirmUpi, readUpiReference } from './payment-upi.ts';
