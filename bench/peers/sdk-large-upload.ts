import { type Client, FileUpload, LargeFileUploadTask } from "@microsoft/microsoft-graph-client";
import PostalMime from "postal-mime";

/**
 * A large file by the SDK's own task: the email is parsed whole, its file put onto a
 * message that lies in the folder from the start.
 */
export async function sdkLargeImport(
  client: Client,
  place: { mailbox: string; folderId: string | undefined; rangeBytes: number },
  email: Uint8Array,
): Promise<void> {
  const mail = await PostalMime.parse(email);
  const [file] = mail.attachments;
  if (!file) throw new Error("The email has no file.");
  const content = new Uint8Array(file.content as ArrayBuffer);
  const session = await newSession(client, place, { name: file.filename ?? "", content });
  const upload = new FileUpload(content, file.filename ?? "", content.length);
  const { rangeBytes: rangeSize } = place;
  await new LargeFileUploadTask(client, upload, session, { rangeSize }).upload();
}

/** A message in the folder, and the session that takes its one file. */
export async function newSession(
  client: Client,
  { mailbox, folderId }: { mailbox: string; folderId: string | undefined },
  { name, content }: { name: string; content: Uint8Array },
) {
  const { id } = await client.api(`/users/${mailbox}/mailFolders/${folderId}/messages`).post({
    subject: "Large",
    singleValueExtendedProperties: [{ id: "Integer 0x0E07", value: "1" }],
  });
  const path = `/users/${mailbox}/messages/${id}/attachments/createUploadSession`;
  return LargeFileUploadTask.createUploadSession(client, path, {
    AttachmentItem: { attachmentType: "file", name, size: content.length },
  });
}
