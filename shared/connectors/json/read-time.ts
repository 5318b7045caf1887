/**
 * A moment as the shapes write it: epoch milliseconds, or ISO 8601, in UTC where
 * no zone is said. Absent when it is neither.
 */
export function readTime(value: number | string | null | undefined): Date | undefined {
  if (typeof value === "number") return dated(value);
  const text = value?.trim() ?? "";
  if (/^\d{10,17}$/.test(text)) return dated(Number(text));
  const [, time, zone] =
    /^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+-]\d\d:?\d\d)?$/i.exec(text) ?? [];
  return time === undefined ? undefined : dated(Date.parse(time.replace(" ", "T") + zoneOf(zone)));
}

function zoneOf(zone = "Z"): string {
  return zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone.toUpperCase();
}

function dated(milliseconds: number): Date | undefined {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
