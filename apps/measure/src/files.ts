import { writeFile } from 'node:fs/promises'

/** Writes figures as JSON, a line for each value. Six digits say more than the noise allows. */
export async function writeJson(file: URL, value: unknown): Promise<void> {
  await writeFile(file, `${JSON.stringify(value, rounded, 1)}\n`)
}

function rounded(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value
}
