import type { Participant } from "./message.ts";

/** What the custom CSV says of a number. */
export interface CustomEntry {
  /** *Microsoft 365 User Mailbox*. */
  readonly address: string;
  /** The row of the file, counted from 1, its header included. */
  readonly row: number;
}

/** A custom mapping in force. */
export interface CustomMapping {
  /** `at`: rows may be limited to dates, since a number changes hands. */
  find(number: string, at: Date): CustomEntry | undefined;
}

/** What the directory knows of an address. Two hits are ambiguous: never guessed. */
export type DirectoryAnswer =
  | { readonly kind: "mailbox"; readonly mailbox: string }
  | { readonly kind: "unknown" | "ambiguous" | "no-mailbox" };

/** Why a participant is mapped, or not ours. Holds no name, number or address. */
export type MappingResult =
  | {
      readonly kind: "mapped";
      readonly mailbox: string;
      readonly rule: "custom" | "automatic";
      readonly row?: number;
    }
  | { readonly kind: "not-ours"; readonly why: NotOurs };
export type NotOurs =
  | "no-rule-matched"
  | "custom-address-unknown"
  | "custom-address-ambiguous"
  | "custom-address-no-mailbox"
  | "address-unknown"
  | "address-ambiguous"
  | "address-no-mailbox";

export interface MappingRules {
  readonly custom: CustomMapping | undefined;
  /** Whether the *User's Email address* of an item may map it. */
  readonly automatic: boolean;
  readonly resolve: (address: string) => Promise<DirectoryAnswer>;
  /** The message's time: which row of the CSV holds. */
  readonly at: Date;
}

/**
 * Finds the mailbox of one participant: the custom CSV by number first; if that
 * names no valid Microsoft 365 user, the participant's own address.
 *
 * Throws what `resolve` throws: a directory that does not answer has not said no.
 */
export async function mapParticipant(
  { number, address }: Participant,
  { custom, automatic, resolve, at }: MappingRules,
): Promise<MappingResult> {
  let why: NotOurs = "no-rule-matched";

  const entry = number === undefined ? undefined : custom?.find(number, at);
  if (entry) {
    const answer = await resolve(entry.address);
    if (answer.kind === "mailbox") {
      return { kind: "mapped", mailbox: answer.mailbox, rule: "custom", row: entry.row };
    }
    why = `custom-address-${answer.kind}`;
  }

  if (automatic && address !== undefined) {
    const answer = await resolve(address);
    if (answer.kind === "mailbox") {
      return { kind: "mapped", mailbox: answer.mailbox, rule: "automatic" };
    }
    why = `address-${answer.kind}`;
  }
  return { kind: "not-ours", why };
}
