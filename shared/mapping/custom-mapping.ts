import type { CustomMapping } from "../domain/mapping.ts";
import type { MappingFile, MappingRow } from "./mapping-file.ts";
import { digitsOf, internationalDigits } from "./phone.ts";

const DAY_MS = 24 * 3_600_000;
/** The same people write again and again; to parse a number takes longer than all else of its message's mapping. */
const MOST_REMEMBERED = 10_000;

/**
 * The rows of a mapping file, to be found by number.
 *
 * Numbers are compared as digits. `defaultCountry` only turns a national form into
 * the international one, in the file and in the question; no number is refused for
 * being invalid. Where two rows answer with different mailboxes, neither does.
 */
export function customMapping(
  { rows }: Pick<MappingFile, "rows">,
  defaultCountry: string | undefined,
): CustomMapping {
  const byDigits = new Map<string, MappingRow[]>();
  const add = (digits: string | undefined, row: MappingRow): void => {
    if (digits === undefined) return;
    const same = byDigits.get(digits);
    if (same) same.push(row);
    else byDigits.set(digits, [row]);
  };
  for (const row of rows) {
    const digits = digitsOf(row.number);
    add(digits, row);
    const international = defaultCountry && internationalDigits(row.number, defaultCountry);
    if (international && international !== digits) add(international, row);
  }

  const international = new Map<string, string | undefined>();
  /** `internationalDigits`, remembered. */
  const internationalOf = (number: string, country: string): string | undefined => {
    if (international.has(number)) return international.get(number);
    const digits = internationalDigits(number, country);
    if (international.size >= MOST_REMEMBERED) international.clear();
    international.set(number, digits);
    return digits;
  };

  const inForce = (digits: string, at: Date): MappingRow | undefined => {
    const found = (byDigits.get(digits) ?? []).filter((row) => holds(row, at));
    const [first] = found;
    const mailboxes = new Set(found.map(({ address }) => address.toLowerCase()));
    return mailboxes.size === 1 ? first : undefined;
  };

  return {
    find(number, at) {
      const digits = digitsOf(number);
      if (digits === "") return undefined;
      if (byDigits.has(digits) || !defaultCountry) return inForce(digits, at);
      const digitsAbroad = internationalOf(number, defaultCountry);
      return digitsAbroad === undefined ? undefined : inForce(digitsAbroad, at);
    },
  };
}

function holds({ validFrom, validTo }: MappingRow, at: Date): boolean {
  if (validFrom && at < validFrom) return false;
  return !validTo || at.getTime() < validTo.getTime() + DAY_MS;
}
