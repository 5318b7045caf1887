import { DeferredError, RejectedItemError } from "../domain/errors.ts";
import type { Log } from "./ports.ts";

/** Keys of deliveries that ended without their item, by mailbox. */
export type DeadDeliveries = ReadonlyMap<string, ReadonlySet<string>>;

/** Of the mailboxes' adapter: removes what lies half-made in the hidden folder, unless its delivery is open. */
export type SweepStaging = (
  mailbox: string,
  isOpen: (key: string) => Promise<boolean>,
) => Promise<{ removed: number; kept: number }>;

/**
 * Removes what a large import left in the hidden folder of a mailbox before its
 * delivery was set aside: the host that made it may be dead.
 *
 * Only what is known to be dead goes; anything else may be in somebody's hands. A
 * mailbox that cannot be asked keeps its leftover, which nobody sees.
 */
export async function sweepDead(
  dead: DeadDeliveries,
  { sweepStaging, log }: { sweepStaging: SweepStaging; log: Log },
): Promise<void> {
  for (const [mailbox, keys] of dead) {
    try {
      const { removed } = await sweepStaging(mailbox, async (key) => !keys.has(key));
      if (removed > 0) log.info("staging swept", { mailbox, removed });
    } catch (error) {
      if (!(error instanceof DeferredError || error instanceof RejectedItemError)) throw error;
      log.info("staging leftover kept", { mailbox, code: error.code });
    }
  }
}
