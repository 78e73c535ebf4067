/** Source of `src/script/text.generated.ts`. */
export function generate(): string

/** A Lua program that does the same, without what only people need. The kept names of locals stay. */
export function shortenLua(source: string, kept: readonly string[]): string
