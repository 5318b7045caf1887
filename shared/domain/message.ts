/** What every format becomes: one message, call or event of a mobile network, as its source told it. */
export interface Message {
  readonly kind: MessageKind;
  /** The id that the network or TeleMessage gave it; the message it changes is named by `original`. */
  readonly id?: string;
  /** The message's own time, UTC. Absent when missing or implausible: the source's received time is used then. */
  readonly sentAt?: Date;
  readonly subject: string;
  /** Plain text as written, without bidi isolates (U+2066–2069). */
  readonly text?: string;
  /** HTML as received; untrusted until sanitised. */
  readonly html?: string;
  readonly participants: readonly Participant[];
  readonly conversation?: Conversation;
  /** The earlier message that this edits, deletes or reacts to. */
  readonly original?: { readonly id: string };
  readonly call?: Call;
  /** What the source says beside the text, as rows for the reader: `Event` → `Join`, `Location` → `51.5, -0.12`. */
  readonly details?: readonly Detail[];
  readonly attachments: readonly Attachment[];
  /** Sentences for the reader about what is not as the source meant it: a time replaced, participants cut. */
  readonly notices: readonly string[];
  /** `X-TELEMESSAGE-*` and the like, as received, in order. */
  readonly headers: readonly Header[];
}

export type MessageKind =
  | "text"
  | "call"
  | "voicemail"
  | "edit"
  | "delete"
  | "reaction"
  | "event"
  | "segment"
  | "unknown";

/** `recipient` is whoever else took part; `bcc` is never told apart. */
export interface Participant {
  readonly role: "sender" | "recipient";
  readonly name?: string;
  /** The mobile number as the source wrote it, `+` or not. */
  readonly number?: string;
  /** The *User's Email address* of TeleMessage. */
  readonly address?: string;
  /** A handle that is neither: a WeChat id, `UNKNOWN`, a short code. */
  readonly handle?: string;
}

/** The chat or group a message belongs to. */
export interface Conversation {
  readonly id?: string;
  readonly name?: string;
  readonly group: boolean;
}

export interface Call {
  /** As the source says it: `Call OK`, `Missed`, `Voice Mail` … */
  readonly status: string;
  readonly durationSeconds?: number;
  readonly video?: boolean;
}

export interface Detail {
  readonly label: string;
  readonly value: string;
}

export interface Header {
  readonly name: string;
  readonly value: string;
}

/** What is known of a file without its bytes. */
export interface FileInfo {
  /** Safe to show and to save: no separators, no control characters. */
  readonly name: string;
  readonly contentType: string;
  /** Decoded bytes. */
  readonly size: number;
  /** Shown inside the HTML body by `cid:`. */
  readonly inline: boolean;
  readonly contentId?: string;
}

/** A file carried by a message, in memory. */
export interface Attachment extends FileInfo {
  readonly content: Uint8Array;
}
