import type { Installation } from "../stack/installation.ts";

/** The day begins 23:40 before its end, and a new connector asks for the last 24 hours. */
const LATE_AFTER_MS = 15 * 60_000;

/**
 * Lets the stand-in gateway receive the day once more, just now, when the day is so old that a
 * connector without a checkpoint would no longer find all of it. True when it did so.
 */
export async function receiveAgain(
  { gateway, traffic, dayEndedAt }: Pick<Installation, "gateway" | "traffic" | "dayEndedAt">,
  now: Date,
): Promise<boolean> {
  const lateMs = now.getTime() - dayEndedAt.getTime();
  if (!gateway || lateMs < LATE_AFTER_MS) return false;
  for (const { type, id, receivedAt } of traffic.items) {
    await gateway.moveItem(type, id, new Date(receivedAt.getTime() + lateMs));
  }
  return true;
}
