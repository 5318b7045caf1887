import { createHmac } from "node:crypto";

/**
 * What stands for a person in logs and reports: the same person has the same one
 * throughout the tenant. Salted, since a bare hash of a phone number is found by
 * trying them all.
 */
export function personHash(salt: string, person: string): string {
  return `p-${createHmac("sha256", salt).update(person.trim().toLowerCase()).digest("hex").slice(0, 16)}`;
}
