import { createHash } from "node:crypto";
import type { Archived } from "../archived.ts";
import type { MadeFile } from "../item.ts";
import type { Person } from "../people.ts";

/**
 * An archived message as a `RawMessage`, the JSON of TeleMessage's own gateway.
 * The field names are public, most values are not: they are made up.
 */
export function rawMessage(archived: Archived): Record<string, unknown> {
  const { network, receivedAt, from, to, owner, files } = archived;
  const people = [...new Set([owner, from, ...to])];
  return {
    typ: "RawMessage",
    gatewayReceivedDate: receivedAt.getTime(),
    networkType: network.toUpperCase(),
    sourceType: "MOBILE",
    body: {
      messageType: archived.messageType,
      owner: party(owner),
      sender: party(from),
      recipients: to.map(party),
      participantEnrichments: Object.fromEntries(people.map(enrichment)),
      direction: from === owner ? "Outgoing" : "Incoming",
      subject: archived.subject,
      text: archived.text,
      groupName: archived.group?.name ?? null,
      ...(archived.group ? { group: { ...archived.group, type: "Group" } } : {}),
      messageTime: archived.at.getTime(),
      attachment: attachmentField(files, archived.at),
    },
  };
}

interface Party {
  readonly value: string;
  readonly type: string;
}

function party({ mobile }: Person): Party {
  return { value: mobile, type: "PHONE" };
}

/** The key is a party written as JSON, quotes and all: so the gateway has it. */
function enrichment(person: Person): [string, Record<string, string>] {
  const { first, last, email } = person;
  const names = { firstName: first, lastName: last };
  return [JSON.stringify(party(person)), email === undefined ? names : { ...names, email }];
}

/** One file may come without the list around it. */
function attachmentField(files: readonly MadeFile[], at: Date): unknown {
  const attachments = files.map(({ name, contentType, bytes }) => ({
    name,
    contentType,
    digest: createHash("sha256").update(bytes).digest("base64"),
    content: bytes.toString("base64"),
    attachmentSize: bytes.byteLength,
    attachmentDate: at.getTime(),
  }));
  if (attachments.length === 0) return null;
  return attachments.length === 1 ? attachments[0] : attachments;
}
