import { seeded } from "../harness/random.ts";
import { type JobSet, jobSet } from "./job-set.ts";

export interface Traffic {
  readonly jobs: JobSet;
  /** How many items the big mailbox gets. */
  readonly big: number;
  readonly isBig: (n: number) => boolean;
}

const BIG = "big";

/**
 * The day's items in the order in which they were received: some mailboxes have
 * many, most have one or none, and the items of the big one are spread over the day.
 */
export function skewedTraffic(options: {
  items: number;
  big: number;
  mailboxes: number;
  seed: number;
}): Traffic {
  const { items, big, seed } = options;
  const random = seeded(seed);
  const mailboxes = Int32Array.from({ length: items }, () =>
    Math.floor(options.mailboxes * random() ** 2),
  );
  const every = big > 0 ? Math.floor(items / big) : 0;
  const isBig = (n: number) => every > 0 && n % every === 0 && n < big * every;
  return {
    big,
    isBig,
    jobs: jobSet(items, (n) => (isBig(n) ? BIG : `mailbox-${mailboxes[n]}`)),
  };
}
