/** What Microsoft 365 calls a TeleMessage archiver, and where its items lie in a mailbox. */
export interface CatalogueEntry {
  /** As it stands in connector files and URLs. */
  readonly type: string;
  /** As a person says it: in subjects, and as the category of a mailbox item. */
  readonly name: string;
  /** The exact folder of Microsoft's own connector. */
  readonly folder: string;
  readonly itemClass: string;
  /** What its documentation says it carries. */
  readonly content: readonly Content[];
}

export type Content = "chat" | "file" | "call" | "recording" | "deleted" | "sms" | "mms";

const entry = (
  type: string,
  name: string,
  folder: string,
  content: readonly Content[],
): CatalogueEntry => ({ type, name, folder, itemClass: "IPM.Note", content });

/** One line a type. A new network in a known format is one line more. */
export const catalogue: readonly CatalogueEntry[] = [
  entry("WeChat", "WeChat", "WeChat Archiver", ["chat", "file", "call", "deleted"]),
  entry("WhatsApp", "WhatsApp", "WhatsApp Archiver", ["chat", "file", "call", "deleted"]),
  entry("Signal", "Signal", "Signal Archiver", ["chat", "file", "call", "deleted"]),
  entry("Telegram", "Telegram", "Telegram Archiver", ["chat", "file", "call", "deleted"]),
  entry("Android", "Android", "Android Archiver", ["sms", "mms", "call"]),
  entry("EnterpriseNumber", "Enterprise Number", "Enterprise Number Archiver", [
    "sms",
    "mms",
    "chat",
    "call",
    "recording",
  ]),
  entry("ATT", "AT&T", "AT&T SMS/MMS Network Archiver", ["sms", "mms"]),
  entry("Bell", "Bell", "Bell SMS/MMS Network Archiver", ["sms", "mms"]),
  entry("O2", "O2", "O2 SMS and Voice Network Archiver", ["sms", "call", "recording"]),
  entry("Rogers", "Rogers", "Rogers SMS/MMS Network Archiver", ["sms", "mms"]),
  entry("TELUS", "TELUS", "TELUS SMS Network Archiver", ["sms"]),
  entry("Verizon", "Verizon", "Verizon SMS/MMS Network Archiver", ["sms", "mms"]),
];

export function catalogueEntry(type: string): CatalogueEntry | undefined {
  return catalogue.find((it) => it.type === type);
}
