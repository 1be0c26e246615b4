/**
 * Holds purchases as one array per field, one entry per distinct (customer, invoice, item).
 * Customers, items and invoices count from 0; `times` are any one unit (milliseconds, days), ascending or not.
 */
export interface Purchases {
  readonly customers: Int32Array;
  readonly items: Int32Array;
  readonly invoices: Int32Array;
  readonly times: Float64Array;
}
