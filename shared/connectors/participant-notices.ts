import type { Participant } from "../domain/message.ts";
import { isUnknown } from "./participant-identity.ts";

/** The source's lists of a group's participants end here, however many there are. */
const CUT_AT = 256;

/** What is to be said of a list of recipients, an entry that cannot be read being `undefined`. */
export function participantNotices(
  recipients: readonly (Omit<Participant, "role"> | undefined)[],
): string[] {
  const unknown = recipients.filter((it) => it && isUnknown(it)).length;
  return [
    ...(recipients.length === CUT_AT
      ? [`The source lists ${CUT_AT} participants at most: others may have taken part.`]
      : []),
    ...(unknown > 0 ? [`The source did not know ${unknown} of the recipients.`] : []),
  ];
}
