import type { Archived } from "../archived.ts";
import type { Person } from "../people.ts";

export interface CallInfo {
  readonly callID: string;
  readonly recipientNum: string;
  /** 1 Call OK, 2 Missed, 3 Failed, 4 Voice Mail, 5 Rejected, 6 Busy, 7 Blocked, 8 Answered Externally. */
  readonly callStatus: number;
  readonly startTime?: string;
  readonly endTime?: string;
  readonly callDurationInMillis?: number;
}

/** An archived message as the telephone itself reports it. Field names as in the open client. */
export function deviceMessage(archived: Archived, call?: CallInfo): Record<string, unknown> {
  const { id, from, to, owner, text, group, files } = archived;
  return {
    subscriberId: owner.mobile,
    msisdn: owner.mobile,
    ban: "",
    messageId: id,
    nativeId: String(archived.at.getTime()),
    messageContext: contextOf(archived.messageType),
    messageTime: secondsTime(archived.at),
    from: from.mobile,
    to: to.map(({ mobile }) => mobile),
    groupMessage: group !== undefined,
    dialogGroupName: group?.name ?? "",
    dialogGroupId: group?.id ?? "",
    subject: archived.subject,
    direction: from === owner ? "Out" : "In",
    contentType: "text/plain",
    textContent: text,
    textSize: Buffer.byteLength(text),
    textSizeEncrypted: 0,
    attachment: files.map(({ name, contentType, bytes }) => ({
      name,
      contentType,
      content: bytes.toString("base64"),
      attachSize: bytes.byteLength,
      attachSizeEncrypted: 0,
    })),
    fromEnriched: enriched(from),
    toEnriched: to.map(enriched),
    ...(call ? { callInfo: call } : {}),
  };
}

/** `yyyy-MM-dd'T'HH:mm:ss'Z'`: the telephone knows no milliseconds. */
export function secondsTime(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}

function contextOf(messageType: string): string {
  if (messageType === "Event") return "event";
  if (messageType === "Call") return "voice-call";
  return "app-message";
}

function enriched({ first, last, mobile, email }: Person): Record<string, unknown> {
  const fullName = { firstName: first, lastName: last };
  return email === undefined
    ? { value: mobile, fullName }
    : { value: mobile, fullName, emailAddress: email };
}
