const SECOND = 1_000;

/**
 * How long a `Retry-After` header asks to wait, in milliseconds, never negative.
 *
 * It is a number of seconds or an HTTP date (RFC 9110 §10.2.3). Undefined when
 * it is missing or cannot be read: the caller then backs off by itself.
 */
export function retryAfterMs(header: string | null | undefined, now: Date): number | undefined {
  const text = header?.trim() ?? "";
  if (/^\d{1,9}(\.\d+)?$/.test(text)) {
    return Math.ceil(Number(text) * SECOND);
  }
  // Without a letter in it `Date.parse` would take things such as "-5" for a year.
  const date = /[A-Za-z]/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now.getTime());
}

/**
 * A wait of at least `ms` and at most a tenth longer, in whole seconds.
 *
 * Graph counts a request that comes early against the caller, so jitter is only
 * ever added. A queue delays by whole seconds: a fraction would be rounded up
 * there, and one second and a tenth would become two.
 */
export function noEarlierThan(ms: number, random: () => number): number {
  const seconds = Math.ceil(ms / SECOND);
  const spread = Math.floor(random() * (Math.floor(seconds / 10) + 1));
  return (seconds + spread) * SECOND;
}

/** The wait after so many failures in a row, when nobody said how long: 1 s, 2 s, 4 s … up to `longestMs`. */
export function backOffMs(failures: number, longestMs: number): number {
  return Math.min(SECOND * 2 ** Math.min(Math.max(failures - 1, 0), 20), longestMs);
}
