import { EXCHANGE_LIMITS, type ExchangeLimits, REQUESTS_WINDOW_MS } from "./exchange-limits.ts";

export interface Outage {
  readonly fromMs: number;
  readonly untilMs: number;
}

/**
 * The earliest that a mailbox can have taken so many items, one request each, when
 * nothing is ever in the way but Exchange's limits, the latency and an outage: each
 * request begins as soon as one of the four before it has ended and the one 10,000
 * before it is ten minutes old. In ms since the start.
 */
export function mailboxBoundMs(
  items: number,
  latencyMs: number,
  options: { limits?: ExchangeLimits; outage?: Outage } = {},
): number {
  const { limits = EXCHANGE_LIMITS, outage } = options;
  const { requestsAtOnce, requestsPer10Minutes } = limits;
  const begins = new Float64Array(items);
  for (let n = 0; n < items; n += 1) {
    const free = n < requestsAtOnce ? 0 : (begins[n - requestsAtOnce] ?? 0) + latencyMs;
    const allowed =
      n < requestsPer10Minutes ? 0 : (begins[n - requestsPer10Minutes] ?? 0) + REQUESTS_WINDOW_MS;
    begins[n] = after(outage, Math.max(free, allowed), latencyMs);
  }
  return items === 0 ? 0 : (begins[items - 1] ?? 0) + latencyMs;
}

/** The first moment from `at` on at which work of this length is not in the outage. */
function after(outage: Outage | undefined, at: number, lengthMs: number): number {
  if (!outage || at + lengthMs < outage.fromMs || at >= outage.untilMs) return at;
  return outage.untilMs;
}
