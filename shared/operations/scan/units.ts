import { parseReceiptName } from "../../domain/blob-names.ts";
import type { StoredFiles } from "../../pipeline/ports.ts";
import type { OrderStep } from "../orders/carry-orders.ts";
import type { Order } from "../orders/order.ts";

const DAY_MS = 24 * 3_600_000;
const HEX = [..."0123456789abcdef"];

/** A sixteenth of what a connector received on one day: little enough to be looked through in one go. */
export interface Unit {
  readonly connector: string;
  /** `2026/01/05`. */
  readonly day: string;
  /** What the item keys' first digit is. */
  readonly digit: string;
}

/** The units of some connectors and days, both ends inside (`yyyy-MM-dd`), in a fixed order. */
export function unitsOf(
  connectors: readonly string[],
  { from, until }: { from: string; until: string },
): Unit[] {
  const days: string[] = [];
  const last = Date.parse(`${until}T00:00:00Z`);
  for (let at = Date.parse(`${from}T00:00:00Z`); at <= last; at += DAY_MS) {
    days.push(new Date(at).toISOString().slice(0, 10).replaceAll("-", "/"));
  }
  return connectors.flatMap((connector) =>
    days.flatMap((day) => HEX.map((digit) => ({ connector, day, digit }))),
  );
}

/** The first receipts of a unit: what was received, as the evidence itself lists it. */
export async function* receiptsOf(
  { connector, day, digit }: Unit,
  files: StoredFiles,
): AsyncGenerator<{ blob: string; itemKey: string }> {
  for await (const { blob } of files.list("receipts", `${connector}/${day}/i-${digit}`)) {
    const named = parseReceiptName(blob);
    if (named?.n === 0) yield { blob, itemKey: named.itemKey };
  }
}

/**
 * Goes through the units of an order from its cursor on. `visit` returns what it
 * adds to the counts; doing a unit again after a crash must change nothing.
 */
export async function scan<C extends Record<string, number>>(
  { order, units, none }: { order: Order; units: readonly Unit[]; none: C },
  step: OrderStep,
  visit: (unit: Unit, index: number) => Promise<C>,
): Promise<{ done: boolean; counts: C }> {
  const cursor = order.cursor as { unit: number; counts: C } | undefined;
  let counts = cursor?.counts ?? none;
  for (let index = cursor?.unit ?? 0; index < units.length; index += 1) {
    const unit = units[index];
    if (!unit || !step.mayGoOn()) return { done: unit === undefined, counts };
    await step.keep();
    counts = sumOf(counts, await visit(unit, index));
    await step.save({
      progress: { done: index + 1, of: units.length },
      cursor: { unit: index + 1, counts },
    });
  }
  return { done: true, counts };
}

function sumOf<C extends Record<string, number>>(one: C, other: C): C {
  const entries = Object.entries(one).map(([name, n]) => [name, n + (other[name] ?? 0)]);
  return Object.fromEntries(entries) as C;
}
