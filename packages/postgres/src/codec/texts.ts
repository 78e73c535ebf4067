/** A literal of `text[]`. Keys, names and tokens are printable ASCII without `"` and `\`. */
export function texts(values: Iterable<string>): string {
  const all = Array.from(values, (value) => `"${value}"`).join()
  return `'{${all.replaceAll("'", "''")}}'`
}
