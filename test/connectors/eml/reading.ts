import { createHash } from "node:crypto";
import { catalogueEntry } from "../../../shared/connectors/catalogue.ts";
import { outlineEml } from "../../../shared/connectors/eml/outline-eml.ts";
import { type MailItemContext, mailItemFromOutline } from "../../../shared/connectors/mail-item.ts";
import type { EmailAddress, MailItem } from "../../../shared/domain/mail-item.ts";

/** When the fixtures were received, by a WeChat connector. */
export const receivedAt = new Date("2026-11-19T10:00:00Z");
export const readContext = { name: "WeChat", receivedAt };

const { name, folder, itemClass } = catalogueEntry("WeChat") ?? {
  name: "",
  folder: "",
  itemClass: "",
};
export const mailContext: MailItemContext = {
  delivery: { itemKey: `i-${"0".repeat(32)}`, mailbox: "11111111-2222-3333-4444-555555555555" },
  connector: { id: "wechat", name, folder, folderParent: "root", itemClass },
  receivedAt,
};

/** The bytes in chunks of a size that no boundary falls in with. */
export async function* inChunks(bytes: Uint8Array, size = 1_013): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

/** What the two readings of a large email make of these bytes. */
export async function streamedMailItem(email: Uint8Array, size?: number): Promise<MailItem> {
  const outline = await outlineEml(inChunks(email, size), readContext);
  return mailItemFromOutline(outline, async () => inChunks(email, size), mailContext);
}

/** SHA-256 of each file as it is opened, in order. */
export async function openedFiles(item: MailItem): Promise<string[]> {
  const hashes: string[] = [];
  for await (const file of item.openFiles()) {
    const hash = createHash("sha256");
    for await (const chunk of file) hash.update(chunk);
    hashes.push(hash.digest("hex"));
  }
  return hashes;
}

/** As a mail client lists people: by name, else by address. */
export function shownPeople({ from, to }: Pick<MailItem, "from" | "to">): string[] {
  return [from, ...to].map((it: EmailAddress) => it.name ?? it.address);
}
