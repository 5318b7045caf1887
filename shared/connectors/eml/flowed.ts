/**
 * Joins the lines that `format=flowed` broke (RFC 3676): a line that ends in a
 * space goes on in the next, but for the `-- ` above a signature. With `delSp`
 * that space was put in for the break alone.
 */
export function unflow(text: string, delSp: boolean): string {
  const pieces: string[] = [];
  let isOpen = false;
  for (const line of text.split(/\r?\n/)) {
    const content = line.startsWith(" ") ? line.slice(1) : line;
    // A quoted line never joins one of another depth: it begins anew.
    if (pieces.length > 0 && !(isOpen && !content.startsWith(">"))) pieces.push("\n");
    isOpen = content.endsWith(" ") && content !== "-- ";
    pieces.push(isOpen && delSp ? content.slice(0, -1) : content);
  }
  return pieces.join("");
}
