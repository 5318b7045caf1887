import { Cron } from "croner";

/** When a timer is due. */
export interface Schedule {
  /** The first occurrence after `moment`. */
  next(moment: Date): Date;
  /** Whether any two of the next occurrences lie less than a minute apart. */
  readonly isFasterThanAMinute: boolean;
}

const FIELDS = "{second} {minute} {hour} {day} {month} {day of week}";

/**
 * Reads an NCRONTAB expression: six fields, or five without the seconds.
 *
 * Day and day of week must both match, as in NCRONTAB and unlike in Unix cron. What other crons
 * know and NCRONTAB does not (`@daily`, `L`, `W`, `#`, `?`, Sunday as 7) is refused: it would run
 * here and keep the function from being indexed on Azure. Times are UTC unless `timeZone` says
 * otherwise.
 */
export function ncrontab(expression: string, timeZone = "UTC"): Schedule {
  const cron = parse(expression, timeZone);
  const next = (moment: Date): Date => {
    const occurrence = cron.nextRun(moment);
    if (occurrence === null) {
      throw new Error(`The schedule "${expression}" never comes round.`);
    }
    return occurrence;
  };
  const soon = cron.nextRuns(6).map((occurrence) => occurrence.getTime());
  const gaps = soon.slice(1).map((time, index) => time - (soon[index] ?? 0));
  return { next, isFasterThanAMinute: gaps.some((gap) => gap < 60_000) };
}

function parse(expression: string, timeZone: string): Cron {
  const dayOfWeek = expression.trim().split(/\s+/).at(-1) ?? "";
  if (/[?#@]|\d[LW]|\bL/i.test(expression) || /(^|[,-])7/.test(dayOfWeek)) {
    throw new Error(`The schedule "${expression}" is not NCRONTAB: ${FIELDS}, Sunday is 0.`);
  }
  try {
    return new Cron(expression, {
      mode: "5-or-6-parts",
      domAndDow: true,
      sloppyRanges: true,
      timezone: timeZone,
      paused: true,
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The schedule "${expression}" is not NCRONTAB (${FIELDS}): ${reason}`);
  }
}
