/** Colours that can be told apart by most eyes, on a white ground. */
export const COLOURS = {
  ours: "#0b6e4f",
  limit: "#555555",
  peer: "#b5541c",
  info: "#4a6fa5",
  grid: "#dddddd",
  text: "#222222",
} as const;

export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly parts: readonly string[];
}

/** A whole file. The ground is white, so that it can be read on a dark page too. */
export function svg({ width, height, parts }: Drawing, title: string): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}" font-family="system-ui, sans-serif" font-size="12">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...parts,
    "</svg>",
    "",
  ].join("\n");
}

export function text(
  x: number,
  y: number,
  words: string,
  options: { anchor?: "start" | "middle" | "end"; colour?: string; bold?: boolean } = {},
): string {
  const { anchor = "start", colour = COLOURS.text, bold = false } = options;
  const weight = bold ? ' font-weight="600"' : "";
  return `<text x="${place(x)}" y="${place(y)}" text-anchor="${anchor}" fill="${colour}"${weight}>${escaped(words)}</text>`;
}

export function line(
  from: readonly [number, number],
  to: readonly [number, number],
  colour: string,
  options: { width?: number; dashed?: boolean } = {},
): string {
  const { width = 1, dashed = false } = options;
  const dashes = dashed ? ' stroke-dasharray="4 3"' : "";
  return `<line x1="${place(from[0])}" y1="${place(from[1])}" x2="${place(to[0])}" y2="${place(to[1])}" stroke="${colour}" stroke-width="${width}"${dashes}/>`;
}

export function dot(x: number, y: number, colour: string, isFilled = true): string {
  const fill = isFilled ? colour : "#ffffff";
  return `<circle cx="${place(x)}" cy="${place(y)}" r="4" fill="${fill}" stroke="${colour}" stroke-width="2"/>`;
}

export function polyline(points: readonly (readonly [number, number])[], colour: string): string {
  const path = points.map(([x, y]) => `${place(x)},${place(y)}`).join(" ");
  return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`;
}

function place(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function escaped(words: string): string {
  return words
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
