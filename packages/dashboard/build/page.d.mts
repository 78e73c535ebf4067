/** Source of `src/page/page.generated.ts`. */
export function generate(): string
