/** A moment for a reader, to the second or, where there are any, the millisecond: `2026-11-19 09:00:00 UTC`. */
export function utc(time: Date): string {
  return `${time
    .toISOString()
    .replace("T", " ")
    .replace(/\.000Z$|Z$/, "")} UTC`;
}
