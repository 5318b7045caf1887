const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
/** RFC 5322 §4.3, in hours. Every other name of a zone means that it is not known. */
const ZONES: Readonly<Record<string, number>> = {
  edt: -4,
  est: -5,
  cdt: -5,
  cst: -6,
  mdt: -6,
  mst: -7,
  pdt: -7,
  pst: -8,
};
const RFC_5322 =
  /(\d{1,2})[\s-]{1,9}([a-z]{3})[a-z]{0,6}[\s-]{1,9}(\d{2,5})\s{1,9}(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?(?:\.\d{1,9})?\s{0,9}([+-]\d{4}|[a-z]{1,5})?/i;
const ISO_8601 =
  /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2}))?(?:\.\d{1,9})?\s?(Z|[+-]\d{2}:?\d{2})?/i;
const ASCTIME =
  /([a-z]{3})\s{1,9}(\d{1,2})\s(\d{2}):(\d{2}):(\d{2})\s([+-]\d{4}\s|[a-z]{1,5}\s)?(\d{4})/i;

/**
 * The moment that a `Date` header names, as mail clients read it: with two-digit
 * years and comments, in ISO 8601, as C prints it. Absent when it names none.
 *
 * Without a zone it is UTC, which TeleMessage writes; the zone of the host that
 * reads it would give another answer on each.
 */
export function readDate(value: string): Date | undefined {
  const text = value.slice(0, 200).replace(/\([^()]*\)/g, " ");
  const iso = ISO_8601.exec(text.trim());
  if (iso) {
    const [, year, month, day, hour, minute, second, zone] = iso;
    return moment([year, Number(month) - 1, day, hour, minute, second], zone?.replace(":", ""));
  }
  const mail = RFC_5322.exec(text);
  if (mail) {
    const [, day, month, year, hour, minute, second, zone] = mail;
    return moment([fullYear(year ?? ""), monthOf(month), day, hour, minute, second], zone);
  }
  const c = ASCTIME.exec(text);
  if (c) {
    const [, month, day, hour, minute, second, zone, year] = c;
    return moment([year, monthOf(month), day, hour, minute, second], zone?.trim());
  }
  return undefined;
}

function moment(parts: readonly (string | number | undefined)[], zone = ""): Date | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
    .map(Number)
    .map((it) => it || 0);
  if (month < 0 || month > 11 || day < 1 || day > 31 || hour > 24 || minute > 59 || second > 60) {
    return undefined;
  }
  const date = new Date(Date.UTC(year, month, day, hour, minute, second) - offset(zone));
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function offset(zone: string): number {
  const [, sign, hours, minutes] = /^([+-])(\d{2})(\d{2})$/.exec(zone) ?? [];
  const ahead =
    hours === undefined
      ? (ZONES[zone.toLowerCase()] ?? 0) * 60
      : Number(hours) * 60 + Number(minutes);
  return (sign === "-" ? -ahead : ahead) * 60_000;
}

/** RFC 5322 §4.3: 00–49 is 20xx; 50–99, and all years of three digits, are since 1900. */
function fullYear(year: string): number {
  const value = Number(year);
  if (year.length === 2) return value + (value < 50 ? 2000 : 1900);
  return year.length === 3 ? value + 1900 : value;
}

const monthOf = (name: string | undefined) => MONTHS.indexOf(name?.toLowerCase() ?? "");
