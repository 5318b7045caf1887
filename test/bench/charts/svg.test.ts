import assert from "node:assert/strict";
import { test } from "node:test";
import { charts } from "../../../bench/charts/page.ts";
import { svg, text } from "../../../bench/charts/svg.ts";
import type { Curve } from "../../../bench/harness/report.ts";
import { foundRatio, foundRow } from "../found-row.ts";
import { wellFormed } from "./well-formed.ts";

const odd = `<script> & "quotes" >`;

const curve: Curve = {
  title: `One mailbox: ${odd}`,
  x: { label: "latency, ms", scale: "linear" },
  y: { label: "items", scale: "log" },
  lines: [
    {
      name: "archiver",
      role: "ours",
      points: [
        [50, 10],
        [100, 1_000],
      ],
    },
    {
      name: odd,
      role: "limit",
      points: [
        [50, 20],
        [100, 2_000],
      ],
    },
  ],
};

test("the guard of these tests sees what is not well formed", () => {
  for (const file of [
    "<svg><g></svg></g>",
    "<svg>a & b</svg>",
    "<svg>",
    "<svg x=1/>",
    "<a/><b/>",
  ]) {
    assert.throws(() => wellFormed(file), assert.AssertionError, file);
  }
});

test("words are shown as they are, whatever they hold", () => {
  const file = svg({ width: 10, height: 10, parts: [text(1, 1, odd)] }, odd);

  const elements = wellFormed(file);

  assert.equal(elements.find(({ name }) => name === "text")?.text, odd);
  assert.equal(elements.find(({ name }) => name === "title")?.text, odd);
  assert.equal(elements[0]?.attributes["aria-label"], odd);
});

test("every chart is an SVG of its own, well formed, with every place a number", () => {
  const rows = [{ ...foundRow("one-mailbox", odd), curves: [curve, curve] }];

  const drawn = [...charts(rows)];

  assert.deepEqual(
    drawn.map(([name]) => name),
    ["limits.svg", "peers.svg", "one-mailbox.svg", "one-mailbox-2.svg"],
  );
  for (const [name, file] of drawn) {
    assert.equal(wellFormed(file)[0]?.name, "svg", name);
    assert.doesNotMatch(file, /NaN|Infinity|undefined/, name);
  }
});

test("a curve shows every point of every line, and each line's name", () => {
  const drawn = new Map(charts([{ ...foundRow("one-mailbox"), curves: [curve] }]));

  const elements = wellFormed(drawn.get("one-mailbox.svg") ?? "");

  assert.equal(elements.filter(({ name }) => name === "polyline").length, 2);
  // A dot a point, and one a name.
  assert.equal(elements.filter(({ name }) => name === "circle").length, 4 + 2);
  assert.ok(elements.some(({ text }) => text === "archiver"));
});

/** The places of what a chart of one ratio shows: the goal's line, and the dot of the wall time. */
function placesOf(ratio: Partial<ReturnType<typeof foundRatio>>) {
  const row = foundRow("mapping", "Mapping", { ratios: [foundRatio(ratio)] });
  const [[, file = ""] = []] = [...charts([row])];
  const elements = wellFormed(file);
  const [, , wall] = elements.filter(({ name }) => name === "circle");
  const [, goal] = elements.filter(({ attributes }) => attributes["stroke-width"] === "3");
  return { wall: Number(wall?.attributes["cx"]), goal: Number(goal?.attributes["x1"]) };
}

test("better is to the right, whether it was measured as speed or as cost", () => {
  const twice = { median: 2, low: 2, high: 2 };

  const fast = placesOf({ measure: "speed", wall: twice, goal: { atLeast: 1 } });
  const dear = placesOf({ measure: "cost", wall: twice, goal: { atMost: 1 } });

  assert.ok(fast.wall > fast.goal);
  assert.ok(dear.wall < dear.goal);
});

test("a goal that is far from what was measured still lies on the chart", () => {
  const { goal } = placesOf({ goal: { atLeast: 50 } });

  assert.ok(goal <= 860, String(goal));
});

test("whatever is held to a goal is on the chart, under its own name", () => {
  const { goal: _, verdict: __, ...plain } = foundRatio();
  const ratios = [
    foundRatio(),
    foundRatio({ of: "archiver, tables in memory" }),
    { ...plain, of: "something else" },
  ];

  const drawn = new Map(charts([foundRow("collect", "Collect", { ratios })]));

  const shown = wellFormed(drawn.get("limits.svg") ?? "").map(({ text }) => text);
  assert.deepEqual(
    shown.filter((words) => words.startsWith("Collect:")),
    ["Collect: 1 KB", "Collect: 1 KB, archiver, tables in memory"],
  );
});

test("a chart of nothing is still a chart", () => {
  for (const [, file] of charts([])) wellFormed(file);
});
