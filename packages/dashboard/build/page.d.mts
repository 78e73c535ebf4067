/** Source of `src/page/page.generated.ts`. */
export function generate(): string

/** Text of `THIRD-PARTY-LICENSES.txt`. */
export function licenses(): string
