import { type Rendering, renderEmail } from "../../../shared/connectors/render/render-email.ts";
import type { Attachment, Message } from "../../../shared/domain/message.ts";

export const receivedAt = new Date("2026-11-20T05:00:00Z");

/** Ann's message to Bob, with other fields. */
export function message(fields: Partial<Message> = {}): Message {
  return {
    kind: "text",
    id: "m-1",
    sentAt: new Date("2026-11-19T09:00:00.123Z"),
    subject: "WeChat message from 15550100 to 15550101",
    text: "Hello",
    participants: [
      { role: "sender", name: "Ann Example", number: "15550100", address: "ann@contoso.com" },
      { role: "recipient", name: "Bob Example", number: "15550101" },
    ],
    conversation: { group: false, id: "15550100+15550101" },
    attachments: [],
    notices: [],
    headers: [],
    ...fields,
  };
}

export function attachment(fields: Partial<Attachment> & { content: Uint8Array }): Attachment {
  return {
    name: "a.bin",
    contentType: "application/octet-stream",
    size: fields.content.length,
    inline: false,
    ...fields,
  };
}

export function render(of: Message, options: Partial<Rendering> = {}): Uint8Array {
  return renderEmail(of, {
    connector: "wechat",
    sourceItemId: "m-1",
    name: "WeChat",
    receivedAt,
    mapped: new Set(),
    ...options,
  });
}

export function rendered(of: Message, options: Partial<Rendering> = {}): string {
  return Buffer.from(render(of, options)).toString("latin1");
}
