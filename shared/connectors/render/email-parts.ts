import type { Attachment, Message } from "../../domain/message.ts";
import { bodyOf, type LeftOutFile, listsOf } from "./body.ts";
import { undecodable } from "./header-lines.ts";
import { htmlBody, htmlLists } from "./html-body.ts";
import { base64Lines, type Leaf, type Part, textPart } from "./mime-parts.ts";
import { lines, textBody, textLists } from "./text-body.ts";

/** What the message itself does not say. */
interface About {
  readonly name: string;
  readonly receivedAt: Date;
  readonly leftOut?: readonly LeftOutFile[];
  readonly format?: "json" | "eml";
}

/** Text and HTML as alternatives, the pictures in the HTML beside it, all other files after them. */
export function wholePart(message: Message, about: About): Part {
  const { text, html } = bodiesOf(message, about);
  const isShown = ({ inline, contentId }: Attachment) => inline && contentId && html !== undefined;
  const pictures = message.attachments.filter(isShown).map(filePart);
  const files = message.attachments.filter((it) => !isShown(it)).map(filePart);

  const htmlPart = html === undefined ? [] : [textPart("text/html", html)];
  const bodies = [
    ...(text === undefined ? [] : [textPart("text/plain", text)]),
    ...together('multipart/related; type="text/html"', [...htmlPart, ...pictures]),
  ];
  const [whole] = together("multipart/mixed", [
    ...together("multipart/alternative", bodies),
    ...files,
  ]);
  return whole ?? textPart("text/plain", "");
}

/** Nothing, the one part, or several as one. */
function together(type: string, parts: readonly Part[]): readonly Part[] {
  return parts.length < 2 ? parts : [{ type, parts }];
}

function bodiesOf(
  message: Message,
  { name, receivedAt, leftOut = [], format }: About,
): { text?: string; html?: string } {
  if (format === "eml") {
    const lists = listsOf({ attachments: [], notices: message.notices }, leftOut);
    const { text, html } = message;
    const isShown = text !== undefined || (html === undefined && lists.length > 0);
    return {
      ...(isShown && { text: appended(text, textLists(lists)) }),
      ...(html !== undefined && { html: insideHtml(html, htmlLists(lists)) }),
    };
  }
  const body = bodyOf(message, { name, receivedAt, leftOut });
  return { text: textBody(body), html: htmlBody(body) };
}

function appended(text: string | undefined, notes: string): string {
  return lines([text, notes].filter(Boolean).join("\n\n"));
}

/** Before the end of the body: what follows `</html>` is shown by some clients only. */
function insideHtml(html: string, notes: string): string {
  const end = html.toLowerCase().lastIndexOf("</body>");
  return lines(end < 0 ? html + notes : html.slice(0, end) + notes + html.slice(end));
}

function filePart({ name, contentType, inline, contentId, content }: Attachment): Leaf {
  return {
    type: fileType(contentType),
    encoding: "base64",
    filename: undecodable(name) || "file.bin",
    disposition: inline ? "inline" : "attachment",
    ...(inline && contentId && { contentId }),
    content: base64Lines(content),
  };
}

/** A file that is itself an email must not be read as part of this one: RFC 2046 forbids its base64. */
function fileType(contentType: string): string {
  return /^(?!message\/|multipart\/)[\w.+-]+\/[\w.+-]+$/i.test(contentType)
    ? contentType
    : "application/octet-stream";
}
