import { readdirSync, readFileSync } from "node:fs";

export const folder = new URL("../../fixtures/json/", import.meta.url);

/** When the source received every fixture; their messages are of the day before. */
export const receivedAt = new Date("2026-11-20T05:00:00Z");

/** The types' names of the fixtures that are not of WeChat. */
const TYPES: Readonly<Record<string, string>> = {
  "035-channel": "Telegram",
  "036-segment-first": "AT&T",
  "037-segment-last": "AT&T",
  "038-carrier-message-alone": "AT&T",
  "039-sms": "Android",
  "040-mms-with-subject": "Android",
  "054-enterprise-number": "Enterprise Number",
};

export interface Fixture {
  readonly title: string;
  /** The type's name. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

export const fixtures: readonly Fixture[] = readdirSync(folder)
  .filter((file) => file.endsWith(".json"))
  .sort()
  .map((file) => {
    const title = file.replace(/\.json$/, "");
    return { title, name: TYPES[title] ?? "WeChat", bytes: readFileSync(new URL(file, folder)) };
  });

export function fixture(title: string): Fixture {
  const found = fixtures.find((it) => it.title === title);
  if (!found) throw new Error(`There is no fixture ${title}.`);
  return found;
}
