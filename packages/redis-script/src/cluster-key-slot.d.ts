/** The hash slot of a key, 0 to 16383. The package comes without types. */
declare module 'cluster-key-slot' {
  export default function slotOf(key: string): number
}
