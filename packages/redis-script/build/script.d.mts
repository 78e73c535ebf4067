/** Source of `src/script/text.generated.ts`. */
export function generate(): string
