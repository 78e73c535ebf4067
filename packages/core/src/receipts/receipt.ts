import type { CounterWindow } from '../contract/windows.ts'

/** The content of a receipt. */
export interface Receipt {
  /** The limiter's name. */
  readonly scope: string
  readonly id: string
  /** The token under which it takes effect once. */
  readonly token: string
  /** When the units were taken, and until when the receipt holds: milliseconds since the epoch by the store's clock. */
  readonly issuedAt: number
  readonly until: number
  /** None if there is nothing to settle. */
  readonly windows: readonly ReceiptWindow[]
}

/** A window's counter, with the limit it was checked against and the units that were charged when the receipt was made. */
export type ReceiptWindow = CounterWindow & {
  readonly resetAt: number
  readonly generation: number
  readonly limit: number
  readonly charged: number
}
