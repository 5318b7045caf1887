/** Where a value lies on an axis, and where its marks are. */
export interface Scale {
  at(value: number): number;
  readonly marks: readonly number[];
}

/** An axis from `[from, to]` of values onto `[start, end]` of places. */
export function scale(
  kind: "linear" | "log",
  values: readonly [from: number, to: number],
  places: readonly [start: number, end: number],
): Scale {
  const [from, to] = values;
  const [start, end] = places;
  const on = kind === "log" ? Math.log10 : (value: number) => value;
  const share = (value: number) => (on(value) - on(from)) / (on(to) - on(from) || 1);
  return {
    at: (value) => start + share(value) * (end - start),
    marks: kind === "log" ? logMarks(from, to) : linearMarks(from, to),
  };
}

function linearMarks(from: number, to: number): number[] {
  const rough = (to - from) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((it) => it * power).find((it) => it >= rough) ?? rough;
  const first = Math.ceil(from / step) * step;
  const count = Math.floor((to - first) / step + 1e-9) + 1;
  return Array.from({ length: count }, (_, n) => first + n * step);
}

/** Powers of ten; with their doubles and fivefolds where the axis is short. */
function logMarks(from: number, to: number): number[] {
  const powers = Array.from(
    { length: Math.ceil(Math.log10(to)) - Math.floor(Math.log10(from)) + 1 },
    (_, n) => 10 ** (Math.floor(Math.log10(from)) + n),
  );
  const all = to / from > 1_000 ? powers : powers.flatMap((it) => [it, 2 * it, 5 * it]);
  return all.filter((it) => it >= from * 0.999 && it <= to * 1.001);
}
