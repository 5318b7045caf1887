import type { Participant } from "../domain/message.ts";

/**
 * What tells a person from all others of a network: the digits of the number, a
 * handle, or an address. Never a name, which two people may share; absent for
 * whom the source does not know.
 */
export function participantIdentity(person: Omit<Participant, "role">): string | undefined {
  const digits = person.number?.replace(/\D/g, "");
  if (digits) return digits;
  if (person.handle) return isUnknown(person) ? undefined : person.handle;
  return person.address?.toLowerCase();
}

/** As a device writes whom it does not know. */
export function isUnknown({ handle }: Omit<Participant, "role">): boolean {
  return handle?.toUpperCase() === "UNKNOWN";
}
