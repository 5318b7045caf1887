import type { Attachment, Detail } from "../../domain/message.ts";
import { cleanLine } from "./clean-text.ts";

const MOST_CARDS = 20;
const LONGEST_CARD = 65_536;

/** Whom the vCards among the files are about: a name and numbers, for the reader who opens no file. */
export function contactCards(attachments: readonly Attachment[]): Detail[] {
  return attachments
    .filter((it) => /vcard/.test(it.contentType) || /\.vcf$/i.test(it.name))
    .slice(0, MOST_CARDS)
    .flatMap((it) => {
      const card = Buffer.from(it.content.subarray(0, LONGEST_CARD)).toString("utf8");
      const name = cleanLine(/^FN[^:\r\n]{0,100}:(.*)$/im.exec(card)?.[1]);
      const numbers = [...card.matchAll(/^(?:item\d{1,3}\.)?TEL[^:\r\n]{0,200}:(.*)$/gim)]
        .map(([, number]) => cleanLine(number))
        .filter(Boolean);
      const value = [name, ...numbers].filter(Boolean).join(", ");
      return value ? [{ label: "Contact", value }] : [];
    });
}
