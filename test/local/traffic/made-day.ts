import { makeTraffic } from "../../../local/traffic/traffic.ts";

export const now = new Date("2026-01-31T06:00:00.000Z");
export const traffic = makeTraffic({ now });
export const mails = traffic.items.filter(({ mediaType }) => mediaType === "message/rfc822");
export const documents = traffic.items.filter(({ mediaType }) => mediaType === "application/json");

/** Whose mailbox a number leads to, by the two mapping files and TeleMessage's own addresses. */
export const mailboxOfNumber: Record<string, string> = {
  "15550101": "ann@contoso.com",
  "15550102": "bob@contoso.com",
  "15550105": "carol@contoso.com",
  "15550106": "bob@contoso.com",
  "445204334324": "carol@contoso.com",
  "8613800000004": "dan@contoso.onmicrosoft.com",
  "8613800000014": "dan@contoso.onmicrosoft.com",
};

export function mailboxesOf(numbers: readonly string[]): string[] {
  const found = numbers.map((number) => mailboxOfNumber[number]).filter((it) => it !== undefined);
  return [...new Set(found)].sort();
}
