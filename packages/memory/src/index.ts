export type { MemoryStoreOptions } from './options.ts'
export { MemoryStore } from './store.ts'
