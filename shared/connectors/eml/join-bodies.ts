import { htmlOfText, textOfHtml } from "../html.ts";
import type { Part } from "./split.ts";

/** One shown part: its text, and in which form. */
export interface BodyText {
  readonly part: Part;
  readonly text: string;
}

export interface JoinedBody {
  readonly text?: string;
  readonly html?: string;
}

/**
 * The shown parts as one body, in order.
 *
 * Parts of one multipart/alternative say the same twice: as text and as HTML.
 * All others follow one another, and a text beside HTML becomes HTML. Where no
 * part is HTML there is none; where none is text, likewise.
 */
export function joinBodies(bodies: readonly BodyText[]): JoinedBody {
  const passages = new Map<Part, { plain: string[]; html: string[] }>();
  for (const { part, text } of bodies) {
    const key = alternativeOf(part) ?? part;
    const passage = passages.get(key) ?? { plain: [], html: [] };
    passages.set(key, passage);
    (part.head.contentType === "text/html" ? passage.html : passage.plain).push(text);
  }
  const all = [...passages.values()];
  const hasText = all.some((it) => it.plain.length > 0);
  const hasHtml = all.some((it) => it.html.length > 0);
  return {
    ...(hasText && {
      text: all
        .map((it) => (it.plain.length > 0 ? it.plain : it.html.map(textOfHtml)).join("\n"))
        .join("\n"),
    }),
    ...(hasHtml && {
      html: all
        .map((it) => (it.html.length > 0 ? it.html : it.plain.map(htmlOfText)).join("<br>"))
        .join("<br>"),
    }),
  };
}

function alternativeOf(part: Part): Part | undefined {
  for (let at = part.parent; at && at.kind !== "message"; at = at.parent) {
    if (at.head.contentType === "multipart/alternative") return at;
  }
  return undefined;
}
