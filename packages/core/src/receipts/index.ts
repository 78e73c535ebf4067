export { type ReceiptOptions, receiptOf } from './receipt-of.ts'
export { type ReceiptSettlement, settleReceipt } from './settle-receipt.ts'
