import type { Installation } from "../stack/installation.ts";

/** The day begins 23:40 before its end, and a new connector asks for the last 24 hours. */
const LATE_AFTER_MS = 15 * 60_000;

/** Whether the day is so old that a connector without a checkpoint would not find all of it. */
export function isLate({ dayEndedAt }: Pick<Installation, "dayEndedAt">, now: Date): boolean {
  return now.getTime() - dayEndedAt.getTime() > LATE_AFTER_MS;
}

/** Lets the stand-in gateway receive the day once more, so that it ends now. */
export async function receiveAgain(
  { gateway, traffic, dayEndedAt }: Pick<Installation, "gateway" | "traffic" | "dayEndedAt">,
  now: Date,
): Promise<void> {
  const lateMs = now.getTime() - dayEndedAt.getTime();
  for (const { type, id, receivedAt } of traffic.items) {
    await gateway?.moveItem(type, id, new Date(receivedAt.getTime() + lateMs));
  }
}
