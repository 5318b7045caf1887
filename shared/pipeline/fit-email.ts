import { renderEmail } from "../connectors/render/render-email.ts";
import { emailName } from "../domain/blob-names.ts";
import { RejectedItemError } from "../domain/errors.ts";
import { leaveOut } from "../domain/leave-out.ts";
import type { FileInfo, Participant } from "../domain/message.ts";
import type { Connector } from "./connector.ts";
import type { BlobPointer, Emails, ItemRow } from "./ports.ts";
import type { ReadItem } from "./read-item.ts";

/**
 * The email that is imported: the raw one as it stands where it can be, else one
 * rendered from the message, within the connector's limit.
 *
 * The limit holds for the email and for each file. Above it, files are left out,
 * largest first, where the connector allows; each is named in the body with its
 * size and hash. Throws `RejectedItemError` (`oversize`) otherwise.
 */
export async function fitEmail(
  read: ReadItem,
  options: {
    item: ItemRow;
    n: number;
    connector: Connector;
    mapped: ReadonlySet<Participant>;
    emails: Emails;
  },
): Promise<{ email: BlobPointer; emailSha256: string; filesLeftOut: number }> {
  const { item, n, connector, mapped, emails } = options;
  const { maxItemBytes: limit, oversize } = connector.limits;
  const fits = (bytes: number, files: readonly FileInfo[]) =>
    bytes <= limit && files.every(({ size }) => size <= limit);

  if (read.fit && fits(item.size, read.files)) {
    return { email: item.raw, emailSha256: item.sha256, filesLeftOut: 0 };
  }

  const estimate = read.format === "eml" ? item.size : 0;
  let left = chosen(estimate);
  let email = await render(left);
  if (!fits(email.byteLength, kept(left))) {
    left = chosen(email.byteLength);
    email = await render(left);
  }
  if (!fits(email.byteLength, kept(left))) throw tooLarge(email.byteLength);
  const name = emailName(connector.id, item.receivedAt, item.itemKey, n);
  const { container, blob, sha256 } = await emails.write(name, email);
  return { email: { container, blob }, emailSha256: sha256, filesLeftOut: left.size };

  function chosen(bytes: number): ReadonlySet<FileInfo> {
    if (fits(bytes, read.files)) return new Set();
    const files = oversize === "strip" ? leaveOut(read.files, bytes, limit) : undefined;
    if (!files) throw tooLarge(bytes);
    return files;
  }

  function kept(without: ReadonlySet<FileInfo>): readonly FileInfo[] {
    return read.files.filter((file) => !without.has(file));
  }

  async function render(without: ReadonlySet<FileInfo>): Promise<Uint8Array> {
    const leftOut = read.files
      .filter((file) => without.has(file))
      .map((file) => ({ name: file.name, size: file.size, sha256: read.hashOf(file) }));
    const message = await read.withFiles(kept(without));
    return renderEmail(message, {
      connector: connector.id,
      sourceItemId: item.sourceItemId,
      name: connector.name,
      receivedAt: item.receivedAt,
      mapped,
      leftOut,
      format: read.format,
    });
  }

  function tooLarge(email: number): RejectedItemError {
    const bytes = Math.max(email, ...read.files.map(({ size }) => size));
    return new RejectedItemError("oversize", `${bytes}-bytes-of-${limit}`);
  }
}
