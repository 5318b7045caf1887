import type { Body } from "./body.ts";

/** The body as plain text: the message's own text stands in it unchanged but for its line breaks. */
export function textBody({ rows, text, lists }: Body): string {
  const head = rows.map(({ label, values }) => `${label}: ${values.join("\n    ")}`).join("\n");
  return lines([head, text, textLists(lists)].filter(Boolean).join("\n\n"));
}

export function textLists(lists: Body["lists"]): string {
  return lists
    .map(({ title, entries }) => [`${title}:`, ...entries.map((it) => `  ${it}`)].join("\n"))
    .join("\n\n");
}

/** Line breaks as RFC 5322 has them. */
export function lines(text: string): string {
  return text.replace(/\r\n|\r|\n/g, "\r\n");
}
