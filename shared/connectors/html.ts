import sanitizeHtml, { type IOptions } from "sanitize-html";

/** One value of a style: colours, sizes, names. Nothing that loads, computes or moves over other text. */
const PLAIN = [/^(?!.*(?:url|image|expression|attr|var|env|src)\s*\()[\w #%.,()"'+/-]{1,200}$/i];

const STYLES = [
  "background-color",
  "border",
  "border-bottom",
  "border-collapse",
  "border-color",
  "border-left",
  "border-radius",
  "border-right",
  "border-spacing",
  "border-style",
  "border-top",
  "border-width",
  "color",
  "direction",
  "font-family",
  "font-size",
  "font-style",
  "font-weight",
  "height",
  "line-height",
  "list-style-type",
  "margin",
  "margin-bottom",
  "margin-left",
  "margin-right",
  "margin-top",
  "max-width",
  "padding",
  "padding-bottom",
  "padding-left",
  "padding-right",
  "padding-top",
  "text-align",
  "text-decoration",
  "text-indent",
  "vertical-align",
  "white-space",
  "width",
  "word-break",
  "word-wrap",
];

// Its remarks quote the style that it could not read: words of a message do not belong in a log.
const silent = { log() {}, warn() {}, error() {} };

const RULES: IOptions & { logger: typeof silent } = {
  logger: silent,
  allowedTags: [
    ...sanitizeHtml.defaults.allowedTags,
    ...["img", "font", "center", "big", "strike", "del", "ins", "tt", "acronym", "colgroup"],
    ...["details", "summary"],
  ],
  allowedAttributes: {
    "*": ["style", "dir", "lang", "title", "align", "valign", "bgcolor", "width", "height"],
    a: ["href", "name"],
    font: ["color", "face", "size"],
    img: ["src", "alt"],
    ol: ["start", "type"],
    table: ["border", "cellpadding", "cellspacing", "summary"],
    td: ["colspan", "rowspan", "nowrap"],
    th: ["colspan", "rowspan", "nowrap", "scope"],
    time: ["datetime"],
  },
  allowedStyles: { "*": Object.fromEntries(STYLES.map((it) => [it, PLAIN])) },
  allowedSchemes: ["http", "https", "mailto", "tel", "sms", "geo", "ftp"],
  // A picture from elsewhere would tell its owner that, when and where the archive was read.
  allowedSchemesByTag: { img: ["cid", "data"] },
  allowProtocolRelative: false,
  nonTextTags: ["script", "style", "title", "textarea", "option", "xmp", "noembed", "noframes"],
  // Beyond it the tags go and the text stays: no client draws more, and some do not survive it.
  nestingLimit: 300,
  transformTags: {
    // A relative link would lead into whatever shows the item.
    a: (tagName, { href, ...attribs }) => {
      const isWhole = /^\s*(https?|mailto|tel|sms|geo|ftp):/i.test(href ?? "");
      return { tagName, attribs: isWhole && href !== undefined ? { ...attribs, href } : attribs };
    },
    img: (tagName, { src, ...attribs }) => {
      const isCarried = /^\s*(cid:|data:image\/(png|jpe?g|gif|webp|bmp);base64,)/i.test(src ?? "");
      return isCarried && src !== undefined
        ? { tagName, attribs: { ...attribs, src: src.trim() } }
        : {
            tagName: "span",
            attribs: {},
            text: `[image${attribs["alt"] ? `: ${attribs["alt"]}` : ""}]`,
          };
    },
  },
};

/**
 * HTML that can be shown: text, form and tables stay; scripts, forms, frames,
 * event handlers and everything that would be loaded from elsewhere are taken
 * out. Pictures stay that the email itself carries (`cid:`, `data:`); of others
 * their words remain.
 */
export function sanitizedHtml(html: string): string {
  return sanitizeHtml(shallow(html), RULES);
}

const TAG = /<(\/?)([a-z][a-z0-9:-]{0,30})(?![a-z0-9:-])[^<>]*>/gi;
const EMPTY = /^(area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr)$/i;
/** Elements that another one ends, so that nobody need close them. */
const ENDED_BY_OTHERS = /^(p|li|d[dt]|t[dhr]|thead|tbody|tfoot|option|optgroup|r[tp]|h[1-6])$/i;
const DEEPEST = 1_000;
const MOST_UNENDED = 5_000;

/**
 * Without the opening tags that nest too deeply. The parser looks through all
 * open elements at each tag: of a million that are never closed, for minutes.
 */
function shallow(html: string): string {
  let depth = 0;
  let unended = 0;
  return html.replace(TAG, (tag, slash: string, name: string) => {
    if (EMPTY.test(name)) return tag;
    const step = slash ? -1 : 1;
    if (ENDED_BY_OTHERS.test(name)) {
      if (unended + step > MOST_UNENDED) return "";
      unended = Math.max(0, unended + step);
    } else {
      if (depth + step > DEEPEST) return "";
      depth = Math.max(0, depth + step);
    }
    return tag;
  });
}

/** Plain text as HTML: in Outlook, too, its line breaks and indents show. */
export function htmlOfText(text: string): string {
  const html = escapedHtml(text)
    .replaceAll("  ", "&nbsp; ")
    .replace(/\r\n?|\n/g, "<br>\n");
  return `<div>${html}</div>`;
}

/** Text as it stands in HTML between tags or within an attribute's quotes. */
export function escapedHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

/** The words of HTML, a line for each block. */
export function textOfHtml(html: string): string {
  const lines = html.replace(
    /<(?:br|\/p|\/div|\/tr|\/li|\/h[1-6]|\/blockquote)\b[^<>]{0,200}>/gi,
    "\n$&",
  );
  return sanitizeHtml(shallow(lines), { ...RULES, allowedTags: [], transformTags: {} })
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&")
    .trim();
}

/** The content ids, in lower case, of the files that the HTML shows. */
export function shownContentIds(html: string): Set<string> {
  const references = html.matchAll(/cid:([^"'\s<>)]{1,300})/gi);
  return new Set([...references].map(([, id]) => unescaped(id ?? "").toLowerCase()));
}

function unescaped(id: string): string {
  const plain = id.replaceAll("&amp;", "&").replace(/&#(?:64|x40);/gi, "@");
  try {
    return decodeURIComponent(plain);
  } catch {
    return plain;
  }
}
