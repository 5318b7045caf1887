import { SourceError } from "../../domain/errors.ts";

const TRIES = 3;
const FIRST_PAUSE_MS = 250;
/** No invocation sleeps longer: a wait that does not fit is the collector's, at a later tick. */
const MOST_WAITING_MS = 5_000;
const DAY_MS = 24 * 3_600_000;

/**
 * Tries a few times what may pass by itself, and waits between as the gateway asked.
 *
 * Throws the last `SourceError`, with `retryAfterMs` when the gateway asked for
 * a longer wait than there is time for.
 */
export async function withRetries<T>(
  attempt: () => Promise<T>,
  { sleep, random }: { sleep: (ms: number) => Promise<void>; random: () => number },
): Promise<T> {
  let waited = 0;
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof SourceError) || !isPassing(error) || tries === TRIES) throw error;
      const pause = error.retryAfterMs ?? FIRST_PAUSE_MS * 2 ** (tries - 1) * (1 + random());
      if (waited + pause > MOST_WAITING_MS) throw error;
      waited += pause;
      await sleep(pause);
    }
  }
}

function isPassing({ code }: SourceError): boolean {
  return code === "throttled" || code === "unavailable";
}

const HTTP_DATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? .*\d{2}:\d{2}:\d{2}/;

/**
 * `Retry-After` in milliseconds, a day at most: seconds, or one of the three
 * forms of an HTTP date (RFC 9110 §5.6.7). Nothing when it says something else.
 */
export function retryAfterMs(value: string | undefined, now: Date): number | undefined {
  if (value === undefined) return undefined;
  const text = value.trim();
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1_000, DAY_MS);
  if (!HTTP_DATE.test(text)) return undefined;
  // The oldest form names no zone; all of them are in GMT.
  const at = Date.parse(text.endsWith("GMT") ? text : `${text} GMT`);
  return Number.isNaN(at) ? undefined : Math.min(Math.max(at - now.getTime(), 0), DAY_MS);
}
