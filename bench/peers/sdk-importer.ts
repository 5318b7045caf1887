import type { Client } from "@microsoft/microsoft-graph-client";
import PostalMime, { type Address } from "postal-mime";
import type { MadeDelivery } from "../material/deliveries.ts";

/**
 * What somebody writes who knows the documentation: a parser, the SDK, the
 * folder's id in memory, one POST that makes the message no draft. It remembers
 * nothing of what it has imported.
 */
export async function sdkImport(
  client: Client,
  folders: ReadonlyMap<string, string>,
  { job, email }: MadeDelivery,
): Promise<void> {
  const mail = await PostalMime.parse(email, { attachmentEncoding: "base64" });
  const at = mail.date ?? new Date().toISOString();
  const path = `/users/${job.mailbox}/mailFolders/${folders.get(job.mailbox)}/messages`;
  await client.api(path).post({
    subject: mail.subject,
    body: mail.html
      ? { contentType: "html", content: mail.html }
      : { contentType: "text", content: mail.text },
    from: recipient(mail.from),
    sender: recipient(mail.from),
    toRecipients: mail.to?.map(recipient),
    internetMessageId: mail.messageId,
    isRead: true,
    singleValueExtendedProperties: [
      { id: "Integer 0x0E07", value: "1" },
      { id: "SystemTime 0x0039", value: at },
      { id: "SystemTime 0x0E06", value: at },
    ],
    ...(mail.attachments.length > 0 && {
      attachments: mail.attachments.map(({ filename, mimeType, content }) => ({
        "@odata.type": "#microsoft.graph.fileAttachment",
        name: filename,
        contentType: mimeType,
        contentBytes: content,
      })),
    }),
  });
}

function recipient(address: Address | undefined) {
  return { emailAddress: { name: address?.name, address: address?.address } };
}
