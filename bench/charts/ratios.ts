import type { Case, Ratio } from "../harness/report.ts";
import type { KeptRow } from "../harness/results.ts";
import type { Interval } from "../harness/statistics.ts";
import { rounded } from "../harness/words.ts";
import { scale } from "./scale.ts";
import { COLOURS, dot, line, svg, text } from "./svg.ts";

const WIDTH = 860;
const LABELS = 330;
const LINE = 40;
const TOP = 62;

/**
 * Every case held against its limit, or its peer: wall and CPU time with their intervals,
 * and the goal. Of what is not the archiver as it is deployed, only what has a goal.
 */
export function ratioChart(
  rows: readonly KeptRow[],
  role: "limit" | "peer",
  title: string,
): string {
  const entries = rows.flatMap((row) =>
    row.cases.flatMap((each) =>
      each.ratios
        .filter((ratio) => ratio.role === role && (isOurs(ratio) || ratio.goal))
        .map((ratio) => ({ label: labelOf(row, each, ratio), ...speedOf(ratio) })),
    ),
  );
  const ends = entries.flatMap(({ wall, cpu, goal = 1 }) => [
    wall.low,
    wall.high,
    cpu.low,
    cpu.high,
    goal,
  ]);
  const values = [Math.min(0.5, ...ends) * 0.9, Math.max(2, ...ends) * 1.1] as const;
  const axis = scale("log", values, [LABELS, WIDTH - 30]);
  const bottom = TOP + entries.length * LINE;

  const marks = axis.marks.flatMap((mark) => [
    line([axis.at(mark), TOP - 8], [axis.at(mark), bottom], COLOURS.grid),
    text(axis.at(mark), TOP - 14, `${rounded(mark)}×`, { anchor: "middle" }),
  ]);
  const equal = line([axis.at(1), TOP - 8], [axis.at(1), bottom], COLOURS.limit, { dashed: true });
  const lines = entries.flatMap(({ label, wall, cpu, goal }, at) => {
    const y = TOP + at * LINE + LINE / 2;
    return [
      text(12, y + 4, label),
      ...(goal === undefined
        ? []
        : [line([axis.at(goal), y - 14], [axis.at(goal), y + 14], COLOURS.peer, { width: 3 })]),
      ...interval(axis.at, wall, y - 6, true),
      ...interval(axis.at, cpu, y + 7, false),
    ];
  });
  const key = [
    text(12, 22, title, { bold: true }),
    dot(WIDTH - 330, 18, COLOURS.ours),
    text(WIDTH - 320, 22, "wall time"),
    dot(WIDTH - 240, 18, COLOURS.ours, false),
    text(WIDTH - 230, 22, "CPU time"),
    line([WIDTH - 150, 10], [WIDTH - 150, 26], COLOURS.peer, { width: 3 }),
    text(WIDTH - 142, 22, "goal"),
  ];
  const parts = [...key, ...marks, equal, ...lines];
  return svg({ width: WIDTH, height: bottom + 20, parts }, title);
}

function labelOf({ title }: KeptRow, { name }: Case, ratio: Ratio): string {
  return `${title}: ${name}${isOurs(ratio) ? "" : `, ${ratio.of}`}`;
}

function isOurs({ of }: Ratio): boolean {
  return of === "archiver" || of === "bundle";
}

/** As a speed, whichever way it was measured: to the right is better. */
function speedOf({ measure, wall, cpu, goal }: Ratio) {
  const wanted = goal && ("atLeast" in goal ? goal.atLeast : goal.atMost);
  if (measure === "speed") return { wall, cpu, goal: wanted };
  return { wall: inverse(wall), cpu: inverse(cpu), goal: wanted && 1 / wanted };
}

function inverse({ median, low, high }: Interval): Interval {
  return { median: 1 / median, low: 1 / high, high: 1 / low };
}

function interval(
  at: (value: number) => number,
  { median, low, high }: Interval,
  y: number,
  isWall: boolean,
): string[] {
  return [
    line([at(low), y], [at(high), y], COLOURS.ours, { width: 2 }),
    dot(at(median), y, COLOURS.ours, isWall),
  ];
}
