import type { Curve } from "../harness/report.ts";
import { rounded } from "../harness/words.ts";
import { scale } from "./scale.ts";
import { COLOURS, dot, line, polyline, svg, text } from "./svg.ts";

const WIDTH = 860;
const HEIGHT = 420;
const FRAME = { left: 80, right: 30, top: 70, bottom: 55 };

/** Values over values, a line for each contestant. */
export function curveChart({ title, x, y, lines }: Curve): string {
  const points = lines.flatMap((each) => each.points);
  const across = scale(x.scale, ends(points.map(([value]) => value)), [
    FRAME.left,
    WIDTH - FRAME.right,
  ]);
  const lowest = y.scale === "log" ? ends(points.map(([, value]) => value))[0] : 0;
  const highest = Math.max(...points.map(([, value]) => value)) * 1.05;
  const up = scale(y.scale, [lowest, highest], [HEIGHT - FRAME.bottom, FRAME.top]);

  const grid = [
    ...up.marks.flatMap((mark) => [
      line([FRAME.left, up.at(mark)], [WIDTH - FRAME.right, up.at(mark)], COLOURS.grid),
      text(FRAME.left - 8, up.at(mark) + 4, rounded(mark), { anchor: "end" }),
    ]),
    ...across.marks.map((mark) =>
      text(across.at(mark), HEIGHT - FRAME.bottom + 18, rounded(mark), { anchor: "middle" }),
    ),
    text((FRAME.left + WIDTH - FRAME.right) / 2, HEIGHT - 12, x.label, { anchor: "middle" }),
    text(12, FRAME.top - 14, y.label),
  ];
  const drawn = lines.flatMap(({ role, points }) => {
    const places = points.map(([a, b]): [number, number] => [across.at(a), up.at(b)]);
    return [
      polyline(places, COLOURS[role]),
      ...places.map(([a, b]) => dot(a, b, COLOURS[role], role === "ours")),
    ];
  });
  const key = lines.flatMap(({ name, role }, at) => {
    const left = WIDTH - FRAME.right - (lines.length - at) * 190;
    return [dot(left, 40, COLOURS[role], role === "ours"), text(left + 10, 44, name)];
  });
  const parts = [text(12, 22, title, { bold: true }), ...key, ...grid, ...drawn];
  return svg({ width: WIDTH, height: HEIGHT, parts }, title);
}

function ends(values: readonly number[]): [number, number] {
  return [Math.min(...values), Math.max(...values)];
}
