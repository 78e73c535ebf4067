// Stands for a store and the storage under it, as an author of one would have them.
export { PlainStorage as MyStorage } from '../plain-storage.ts'
export { PlainStore as MyStore } from '../plain-store.ts'
