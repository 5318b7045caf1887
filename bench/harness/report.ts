import type { Goal, Verdict } from "./goal.ts";
import type { Interval } from "./statistics.ts";

/** `info` contestants explain a result; no goal is held against them. */
export type Role = "ours" | "limit" | "peer" | "info";

/** What one contestant did in the median round. */
export interface Standing {
  readonly name: string;
  readonly role: Role;
  readonly wallMs: number;
  readonly cpuMs: number;
  /** Units of work a second of wall time. */
  readonly perSecond: number;
}

/**
 * One contestant held against another, round by round.
 *
 * `speed`: how many times as fast the first is. `cost`: how many times as much it takes.
 */
export interface Ratio {
  readonly of: string;
  readonly against: string;
  readonly role: Role;
  readonly measure: "speed" | "cost";
  readonly wall: Interval;
  readonly cpu: Interval;
  readonly goal?: Goal;
  /** Of wall and CPU time together: the worse. */
  readonly verdict?: Verdict;
}

/** A number that is no ratio of times: memory, requests an item, a slope. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly goal?: Goal;
  readonly verdict?: Verdict;
}

/** One size or setting of a bench. */
export interface Case {
  readonly name: string;
  /** What `perSecond` counts. */
  readonly unit: string;
  readonly rounds: number;
  readonly standings: readonly Standing[];
  readonly ratios: readonly Ratio[];
  readonly figures: readonly Figure[];
  /** How it was proven that all contestants did the same work. */
  readonly same: string;
}

/** A value over another one, to be drawn. */
export interface Curve {
  readonly title: string;
  readonly x: { readonly label: string; readonly scale: "linear" | "log" };
  readonly y: { readonly label: string; readonly scale: "linear" | "log" };
  readonly lines: readonly {
    readonly name: string;
    readonly role: Role;
    readonly points: readonly (readonly [x: number, y: number])[];
  }[];
}

/** All that one bench found. */
export interface Row {
  readonly name: string;
  readonly title: string;
  readonly cases: readonly Case[];
  readonly curves: readonly Curve[];
  readonly seconds: number;
}

/** A bench, as a row of the table. */
export interface Bench {
  readonly name: string;
  readonly title: string;
  /** Not part of a whole run: it explains a choice, and need not be repeated. */
  readonly onlyWhenNamed?: true;
  readonly run: (settings: Settings) => Promise<Pick<Row, "cases"> & Partial<Pick<Row, "curves">>>;
}

export interface Settings {
  /** Rounds that count, after one that does not. */
  readonly rounds: number;
  /** Small sizes and few rounds: shows that the bench works, and nothing about speed. */
  readonly quick: boolean;
  /** The large sizes too. */
  readonly full: boolean;
  /** The same seed gives the same order of contestants and the same material. */
  readonly seed: number;
}
