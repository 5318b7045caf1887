import type { Detail, FileInfo, Message, Participant } from "../../domain/message.ts";
import { isPseudoAddress, participantLabel } from "../mail-address.ts";
import { utc } from "../utc.ts";

/** A file that the email does not hold, and by what it can be told again. */
export interface LeftOutFile {
  readonly name: string;
  /** Decoded bytes. */
  readonly size: number;
  /** Lower-case hex, over the decoded bytes. */
  readonly sha256: string;
}

/** What a reader is shown, before it is text or HTML. */
export interface Body {
  /** A row has one line for each value. */
  readonly rows: readonly { readonly label: string; readonly values: readonly string[] }[];
  readonly text: string;
  readonly lists: readonly { readonly title: string; readonly entries: readonly string[] }[];
}

/** The whole message for the reader: who, when and where; its text; its files; what is not as it should be. */
export function bodyOf(
  message: Message,
  about: {
    readonly name: string;
    readonly receivedAt: Date;
    readonly leftOut: readonly LeftOutFile[];
  },
): Body {
  const { participants, conversation, call, original } = message;
  const people = (role: Participant["role"]) =>
    participants.filter((it) => it.role === role).map(personLine);
  const rows: readonly (readonly [string, readonly (string | undefined)[]])[] = [
    ["From", people("sender")],
    ["To", people("recipient")],
    ["Time", [timeLine(message, about.receivedAt)]],
    ["Conversation", [conversation?.group ? (conversation.name ?? conversation.id) : undefined]],
    ["Network", [about.name]],
    ["Call", [call?.status]],
    ["Duration", [durationLine(call?.durationSeconds)]],
    ["Original message", [original?.id]],
    ...(message.details ?? []).map(({ label, value }: Detail) => [label, [value]] as const),
    ["Message ID", [message.id]],
  ];
  return {
    rows: rows.flatMap(([label, said]) => {
      const values = said.filter((it): it is string => Boolean(it));
      return values.length > 0 ? [{ label, values }] : [];
    }),
    text: message.text ?? "",
    lists: listsOf(message, about.leftOut),
  };
}

/** What follows the text: files, files left out, and notes. */
export function listsOf(
  message: Pick<Message, "attachments" | "notices">,
  leftOut: readonly LeftOutFile[],
): Body["lists"] {
  return [
    { title: "Files", entries: message.attachments.map(fileLine) },
    { title: "Files left out, too large for the archive", entries: leftOut.map(leftOutLine) },
    { title: "Notes of the archive", entries: message.notices },
  ].filter((it) => it.entries.length > 0);
}

function personLine(person: Participant): string {
  const label = participantLabel(person);
  const { address } = person;
  const isShown = address !== undefined && address !== label && !isPseudoAddress(address);
  return isShown ? `${label} <${address}>` : label;
}

function timeLine({ sentAt }: Message, receivedAt: Date): string {
  return sentAt ? utc(sentAt) : `${utc(receivedAt)} (when it was received)`;
}

function durationLine(seconds: number | undefined): string | undefined {
  if (seconds === undefined) return undefined;
  const pad = (value: number) => String(value).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  return `${Math.floor(minutes / 60)}:${pad(minutes % 60)}:${pad(seconds % 60)}`;
}

function fileLine({ name, contentType, size }: FileInfo): string {
  return `${name} (${contentType}, ${bytes(size)})`;
}

function leftOutLine({ name, size, sha256 }: LeftOutFile): string {
  return `${name} (${bytes(size)}, SHA-256 ${sha256})`;
}

const bytes = (size: number) => `${size.toLocaleString("en-US")} bytes`;
