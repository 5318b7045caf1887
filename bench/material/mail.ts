import type { Archived } from "../../local/traffic/archived.ts";
import { ann, bob, carol } from "../../local/traffic/people.ts";
import { madeUpBytes } from "../../local/traffic/random.ts";
import { telemessageMail } from "../../local/traffic/shapes/mail.ts";
import { rawMessage } from "../../local/traffic/shapes/raw-message.ts";

export const RECEIVED_AT = new Date("2026-01-05T08:30:00Z");
export const KB = 1_024;
export const MB = 1_048_576;

/** Base64 in lines, and a head with its text. */
const ENCODED = 78 / 57;
const HEAD_BYTES = 1_150;

/** An email as TeleMessage sends it, of about `size` bytes: a text, and what is left as one file. */
export function archivedMail(id: string, size: number): Buffer {
  return telemessageMail(archived(id, size));
}

/** The same message as TeleMessage's own gateway gives it, in JSON. */
export function archivedJson(id: string, size: number): Buffer {
  return Buffer.from(JSON.stringify(rawMessage(archived(id, size))));
}

/** A chat message of three people of ours, with a file when `size` leaves room for one. */
function archived(id: string, size: number): Archived {
  const fileBytes = Math.max(0, Math.round((size - HEAD_BYTES) / ENCODED));
  const text = `The figures of item ${id} are in.\nShall we meet at nine, in the usual place?`;
  return {
    id,
    at: new Date("2026-01-05T08:00:00Z"),
    receivedAt: RECEIVED_AT,
    network: "WeChat",
    messageType: fileBytes > 0 ? "Mms" : "Sms",
    from: ann,
    to: [bob, carol],
    owner: ann,
    subject: `Message from ${ann.mobile} to ${bob.mobile}`,
    text,
    group: { id: "8613@chatroom", name: "Example group" },
    files:
      fileBytes > 0
        ? [
            {
              name: "figures.pdf",
              contentType: "application/pdf",
              bytes: madeUpBytes(fileBytes, "file", id),
            },
          ]
        : [],
    status: "READ",
    displayFormat: "name",
  };
}
