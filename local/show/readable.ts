/** The text that a reader sees of a mail body: lines, without markup. */
export function readable(body: { readonly contentType: string; readonly content: string }): string {
  if (body.contentType !== "html") return body.content.trim();
  return body.content
    .replace(/<(style|head|script)\b.*?<\/\1>/gis, "")
    .replace(/\s+/g, " ")
    .replace(/<\/t[dh]>/gi, "\t")
    .replace(/<li\b[^>]*>/gi, "- ")
    .replace(/<br\b[^>]*>|<\/(p|tr|li|div|ul|h\d)>/gi, "\n")
    .replace(/<[^>]*>/g, "")
    .replace(/&(#x?[\da-f]+|\w+);/gi, character)
    .split("\n")
    .map((line) => line.trim())
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

const NAMED: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
};

function character(entity: string, name: string): string {
  const number = /^#x/i.test(name)
    ? Number.parseInt(name.slice(2), 16)
    : Number(name.replace("#", ""));
  return NAMED[name.toLowerCase()] ?? (number <= 0x10ffff ? String.fromCodePoint(number) : entity);
}
