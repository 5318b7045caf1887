import type { Case, Row } from "./report.ts";
import { figureText, goalText, intervalText, ratioText, rounded } from "./words.ts";

export function say(text: string): void {
  process.stdout.write(text);
}

/** Prints what a bench found, as a table for a terminal. */
export function printRow({ title, cases, seconds }: Row): void {
  say(`\n${title} (${rounded(seconds)} s)\n`);
  for (const each of cases) say(`\n  ${each.name}\n${table(linesOf(each))}    ${each.same}\n`);
}

function linesOf({ unit, standings, ratios, figures }: Case): string[][] {
  return [
    ...standings.map(({ name, role, perSecond, wallMs, cpuMs }) => [
      `${role}: ${name}`,
      `${rounded(perSecond)} ${unit}/s`,
      `wall ${rounded(wallMs)} ms`,
      `CPU ${rounded(cpuMs)} ms`,
      "",
    ]),
    ...ratios.map((ratio) => [
      ratioText(ratio),
      `wall ${intervalText(ratio.wall)}`,
      `CPU ${intervalText(ratio.cpu)}`,
      goalText(ratio.goal),
      ratio.verdict ?? "",
    ]),
    ...figures.map((figure) => [
      figure.name,
      figureText(figure),
      "",
      goalText(figure.goal, figure.unit),
      figure.verdict ?? "",
    ]),
  ];
}

function table(lines: readonly (readonly string[])[]): string {
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  );
  return lines
    .map((line) => `    ${line.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("  ")}`)
    .map((line) => `${line.trimEnd()}\n`)
    .join("");
}
