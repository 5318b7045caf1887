import { timingSafeEqual } from "node:crypto";

/** Long enough for the largest export, short enough that a token found later is of no use. */
const VALID_MS = 12 * 3_600_000;

/**
 * What says that its bearer's export is written down in the operators' chain, so
 * that not each of ten thousand emails is written down again. Of use to none but
 * the caller it was given to.
 */
export function exportToken(caller: string, now: Date, hashOf: (text: string) => string): string {
  const until = now.getTime() + VALID_MS;
  return `${until}.${hashOf(`export ${caller} ${until}`)}`;
}

export function isExportToken(
  token: string | null,
  caller: string,
  { now, hashOf }: { now: Date; hashOf: (text: string) => string },
): boolean {
  const [, until = "", given = ""] = /^(\d+)\.(.+)$/.exec(token ?? "") ?? [];
  if (!(Number(until) > now.getTime())) return false;
  const expected = Buffer.from(hashOf(`export ${caller} ${until}`));
  const actual = Buffer.from(given);
  return expected.byteLength === actual.byteLength && timingSafeEqual(expected, actual);
}
