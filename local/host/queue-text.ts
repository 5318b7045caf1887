/** What the text of a queue entry turns out to be. */
export type QueueText =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "not-base64" }
  | { readonly kind: "not-utf8" };

/** Reads an entry's text in the encoding that `extensions.queues.messageEncoding` names. */
export function decodeQueueText(raw: string, encoding: "base64" | "none"): QueueText {
  if (encoding === "none") {
    return { kind: "text", text: raw };
  }
  const base64 = raw.replace(/\s/g, "");
  if (base64.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(base64)) {
    return { kind: "not-base64" };
  }
  try {
    // With its byte order mark, which keeps the host from taking an entry as JSON.
    const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    return { kind: "text", text: utf8.decode(Buffer.from(base64, "base64")) };
  } catch {
    return { kind: "not-utf8" };
  }
}

/** The text to put into a queue for `text` to be read from it. */
export function encodeQueueText(text: string, encoding: "base64" | "none"): string {
  return encoding === "base64" ? Buffer.from(text).toString("base64") : text;
}
