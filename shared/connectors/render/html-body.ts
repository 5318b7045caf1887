import { escapedHtml } from "../html.ts";
import type { Body } from "./body.ts";

/**
 * The body as HTML that Outlook shows well: a table and line breaks, since Word,
 * which draws it, knows neither `pre-wrap` nor flex boxes. Nothing in it is lost
 * when it is sanitised.
 */
export function htmlBody({ rows, text, lists }: Body): string {
  const table = rows.map(
    ({ label, values }) =>
      `<tr valign="top"><td><b>${escapedHtml(label)}</b></td><td dir="auto">${values.map(escapedHtml).join("<br>\r\n")}</td></tr>`,
  );
  return [
    '<html><head><meta charset="utf-8"></head><body>',
    '<div style="font-family:Segoe UI,Arial,sans-serif;font-size:10.5pt">',
    '<table border="0" cellpadding="2" cellspacing="0">',
    ...table,
    "</table>",
    ...(text ? [`<p dir="auto">${written(text)}</p>`] : []),
    ...(lists.length > 0 ? [htmlLists(lists)] : []),
    "</div></body></html>",
    "",
  ].join("\r\n");
}

export function htmlLists(lists: Body["lists"]): string {
  return lists
    .map(({ title, entries }) => {
      const items = entries.map((entry) => `<li>${escapedHtml(entry)}</li>`);
      return [`<p><b>${escapedHtml(title)}</b></p>`, "<ul>", ...items, "</ul>"].join("\r\n");
    })
    .join("\r\n");
}

/** Line breaks and runs of spaces as they were written. */
function written(text: string): string {
  return escapedHtml(text)
    .replace(/ {2}|^ /gm, (spaces) => spaces.replaceAll(" ", "&nbsp;"))
    .replace(/\r\n|\r|\n/g, "<br>\r\n");
}
