import type { FileInfo, Header } from "./message.ts";

/** A name and an address as a mail client shows it; the address is always well formed. */
export interface EmailAddress {
  readonly name?: string;
  readonly address: string;
}

/** Where the items of a connector lie in a mailbox. */
export interface Folder {
  readonly name: string;
  readonly parent: "root" | "inbox";
}

/** What one delivery writes into its mailbox. */
export interface MailItem {
  readonly folder: Folder;
  /** The type's name, `WeChat`: found in eDiscovery as a category. */
  readonly category: string;
  /** `IPM.Note` unless the connector file says otherwise. */
  readonly itemClass: string;
  readonly internetMessageId: string;
  /** The value of the named property `ArchiveItemKey`. */
  readonly key: string;
  readonly subject: string;
  /** HTML is sanitised already. */
  readonly body: { readonly type: "html" | "text"; readonly content: string };
  readonly from: EmailAddress;
  /** 500 at most (Graph's own limit). */
  readonly to: readonly EmailAddress[];
  /** Written as both sent and received time. */
  readonly at: Date;
  /** One per chat: all its items have the same. */
  readonly conversationTopic?: string;
  /** The `Message-ID`, in this mailbox, of the item that this one edits, deletes or answers. */
  readonly inReplyTo?: string;
  /** Five at most, each name beginning with `x-` (Graph's own limit). */
  readonly headers: readonly Header[];
  readonly files: readonly MailFile[];
  /**
   * The bytes of every file, in the order of `files`. Each call reads anew from
   * the start; each file's chunks are read to their end before the next file.
   */
  openFiles(): AsyncIterable<AsyncIterable<Uint8Array>>;
}

export interface MailFile extends FileInfo {
  /** Lower-case hex, over the decoded bytes. */
  readonly sha256: string;
}
