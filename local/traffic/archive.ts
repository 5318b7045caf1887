import type { Archived, Group } from "./archived.ts";
import type { Day } from "./day.ts";
import { type Expectation, expectedFiles, type MadeFile, type TrafficItem } from "./item.ts";
import type { Person } from "./people.ts";
import { fraction } from "./random.ts";
import { type CallInfo, deviceMessage } from "./shapes/device-message.ts";
import { telemessageMail } from "./shapes/mail.ts";
import { rawMessage } from "./shapes/raw-message.ts";

export type Shape = "eml" | "raw" | "device";

/** What a scene says of one thing that happened; all else follows from the network. */
export interface Happening {
  readonly about: string;
  readonly at: Date;
  readonly from: Person;
  readonly to: readonly Person[];
  readonly text: string;
  readonly expect: Partial<Expectation> & Pick<Expectation, "mailboxes">;
  /** Whose telephone was archived: the sender's, unless it says another. */
  readonly owner?: Person;
  readonly group?: Group;
  readonly files?: readonly MadeFile[];
  readonly call?: CallInfo;
  readonly id?: string;
  readonly subject?: string;
  readonly shape?: Shape;
  readonly network?: string;
  readonly messageType?: string;
  readonly status?: Archived["status"];
  readonly displayFormat?: Archived["displayFormat"];
  readonly receivedAt?: Date;
}

/** The id that the telephone gives a message. */
export function messageId(at: Date, from: Person): string {
  return `${at.getTime()}_${from.mobile}_0`;
}

/** The gateway has a message a few seconds after it was sent. */
export function receivedSoonAfter(at: Date, day: Day): Date {
  const seconds = 2 + 38 * fraction(day.seed, "received", at.getTime());
  return new Date(at.getTime() + Math.floor(seconds * 1000));
}

/** The happening in full, for scenes that shape the bytes themselves. */
export function archivedOf(day: Day, happening: Happening): Archived {
  const { at, from, to, group, files = [], call } = happening;
  const { type } = day.network;
  return {
    id: happening.id ?? messageId(at, from),
    at,
    receivedAt: happening.receivedAt ?? receivedSoonAfter(at, day),
    network: happening.network ?? type,
    messageType: happening.messageType ?? (call ? "Call" : files.length > 0 ? "Mms" : "Sms"),
    from,
    to,
    owner: happening.owner ?? from,
    subject:
      happening.subject ??
      `${type} message from ${from.mobile} to ${group?.name ?? to.map((it) => it.mobile).join(", ")}`,
    text: happening.text,
    group,
    files,
    status: happening.status ?? "READ",
    displayFormat: happening.displayFormat ?? "name",
  };
}

/** An item in the shape that the network mostly has, or in the one the happening asks for. */
export function archive(day: Day, happening: Happening): TrafficItem {
  const archived = archivedOf(day, happening);
  switch (happening.shape ?? day.network.usualShape) {
    case "eml":
      return trafficItem(day, happening, telemessageMail(archived));
    case "raw":
      return trafficItem(day, happening, rawMessage(archived));
    case "device":
      return trafficItem(day, happening, deviceMessage(archived, happening.call));
  }
}

/** An item of these very bytes (a mail) or this JSON document. */
export function trafficItem(
  day: Day,
  happening: Happening,
  content: Buffer | Record<string, unknown>,
): TrafficItem {
  const { id, receivedAt, at, files, text } = archivedOf(day, happening);
  const isMail = Buffer.isBuffer(content);
  const outcome = happening.expect.outcome ?? "imported";
  const isImported = outcome === "imported";
  return {
    type: day.network.type,
    id,
    receivedAt,
    mediaType: isMail ? "message/rfc822" : "application/json",
    bytes: isMail ? content : Buffer.from(JSON.stringify(content)),
    about: happening.about,
    expect: {
      outcome,
      shows: isImported ? text.split("\n").filter((line) => line.trim() !== "") : [],
      files: isImported ? expectedFiles(files) : [],
      ...happening.expect,
      sentAt: wholeSecond(happening.expect.sentAt ?? at),
    },
  };
}

/** Mail and telephones know no milliseconds. */
function wholeSecond(time: Date): Date {
  return new Date(Math.floor(time.getTime() / 1000) * 1000);
}
