import { createHash } from "node:crypto";

/**
 * What must have become of an item when the app is done with it. It is stated
 * by hand, from what a person would expect, and not computed as the app would.
 */
export interface Expectation {
  readonly outcome: "imported" | "unmapped" | "oversize" | "encrypted" | "malformed";
  /** Sign-in names of the users in whose mailboxes it lies: none, unless imported. */
  readonly mailboxes: readonly string[];
  /** Words that whoever opens the mailbox item must be able to read, in subject or body. */
  readonly shows: readonly string[];
  /** Files that must be attached, byte for byte. There may be more (the raw message). */
  readonly files: readonly {
    readonly name: string;
    readonly size: number;
    readonly sha256: string;
  }[];
  /** The time that the mailbox item must show as sent and received, in whole seconds. */
  readonly sentAt: Date;
}

/** One item of the day, as the gateway will give it. */
export interface TrafficItem {
  readonly type: string;
  readonly id: string;
  readonly receivedAt: Date;
  readonly mediaType: "message/rfc822" | "application/json";
  readonly bytes: Uint8Array;
  /** What the item shows, in a sentence. */
  readonly about: string;
  readonly expect: Expectation;
}

/** A file that is sent along. */
export interface MadeFile {
  readonly name: string;
  readonly contentType: string;
  readonly bytes: Buffer;
}

export function expectedFiles(files: readonly MadeFile[]): Expectation["files"] {
  return files.map(({ name, bytes }) => ({
    name,
    size: bytes.byteLength,
    sha256: createHash("sha256").update(bytes).digest("hex"),
  }));
}
