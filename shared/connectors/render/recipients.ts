import type { Participant } from "../../domain/message.ts";

/** Exchange takes 500 recipients of an item. */
const MOST = 500;

/**
 * The recipients that an email names: all, or 500 of them in their order, with
 * the mapped ones always among those. The others stand in the body.
 */
export function recipientsOf(
  participants: readonly Participant[],
  mapped: ReadonlySet<Participant>,
): Participant[] {
  const recipients = participants.filter((it) => it.role === "recipient");
  if (recipients.length <= MOST) return recipients;

  let room = MOST - recipients.filter((it) => mapped.has(it)).length;
  const named = recipients.filter((it) => {
    if (mapped.has(it)) return true;
    room -= 1;
    return room >= 0;
  });
  return named.slice(0, MOST);
}
