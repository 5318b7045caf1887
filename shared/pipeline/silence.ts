import type { Connector } from "./connector.ts";
import type { Checkpoint } from "./ports.ts";

const HOUR_MS = 3_600_000;

export interface Silence {
  /** When an item was last received, or the connector was first looked after; absent: never yet. */
  readonly since?: Date;
  readonly hours: number;
  /** Longer than `silentAfterHours` of the connector file allows. */
  readonly isTooLong: boolean;
}

/**
 * For how long a source has given nothing.
 *
 * Measured for each configured connector, not for each that sent something: the
 * one that never sent anything is the one nobody would miss.
 */
export function silenceOf(
  { silentAfterHours }: Pick<Connector, "silentAfterHours">,
  checkpoint: Checkpoint | undefined,
  now: Date,
): Silence {
  const since = checkpoint?.lastItemAt ?? checkpoint?.firstSeenAt;
  const hours = since ? (now.getTime() - since.getTime()) / HOUR_MS : 0;
  return { ...(since && { since }), hours, isTooLong: hours > silentAfterHours };
}
