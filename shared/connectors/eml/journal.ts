import type { Header } from "../../domain/message.ts";

/** Who took part in a journaled email by the word of the server that carried it. */
export interface JournalEnvelope {
  readonly sender: string | undefined;
  /** Header values: addresses, with a name or not. */
  readonly recipients: readonly string[];
}

const LINE = /^(Sender|On-Behalf-Of|Recipient|To|Cc|Bcc):[ \t]*(.+)$/gim;

/** Whether Exchange says that the email is a journal report: the true one is attached to it. */
export function isJournalReport(headers: readonly Header[]): boolean {
  return headers.some((it) => /^x-ms-(exchange-organization-)?journal-report$/i.test(it.name));
}

/** Whether a text reads like the envelope of a journal report, whatever the head says. */
export function isJournalEnvelope(text: string): boolean {
  return (
    /^\s*Sender:.+@/i.test(text) &&
    /^(Recipient|To|Cc|Bcc):.+@/im.test(text) &&
    /^Message-ID:/im.test(text)
  );
}

/** Reads the envelope. A member who got it through a list is named with the list: `To: ann@…, Expanded: all@…`. */
export function readJournalEnvelope(text: string): JournalEnvelope {
  let sender: string | undefined;
  const recipients: string[] = [];
  for (const [, field, value] of text.matchAll(LINE)) {
    const address = value?.split(/,\s*(?:Expanded|Forwarded):/i, 1)[0]?.trim();
    if (!address) continue;
    if (/^sender$/i.test(field ?? "")) sender ??= address;
    else recipients.push(address);
  }
  return { sender, recipients };
}
