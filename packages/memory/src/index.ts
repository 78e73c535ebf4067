export { MemoryStore, type MemoryStoreOptions } from './store.ts'
