const DAY = 86_400_000;
/** The first short message was sent in December 1992. */
const EARLIEST = Date.UTC(1992, 0, 1);

/**
 * The time, if a message received at `receivedAt` can have been sent then.
 *
 * A day of grace covers clocks and time zones set wrongly. Beyond it the time is
 * noise (the year 57300 has been seen), and an item dated so would lie where no
 * search looks for it.
 */
export function plausibleTime(time: Date | undefined, receivedAt: Date): Date | undefined {
  const at = time?.getTime() ?? Number.NaN;
  return at >= EARLIEST && at <= receivedAt.getTime() + DAY ? time : undefined;
}
