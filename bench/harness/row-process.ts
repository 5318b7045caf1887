import { benches } from "../benches.ts";
import type { Row, Settings } from "./report.ts";

export type RowMessage = { readonly row: Row } | { readonly failure: string };

// One bench in a process of its own: what another one left in heap and caches does not count.
const [name = "", settingsText = "{}"] = process.argv.slice(2);
const settings = JSON.parse(settingsText) as Settings;

// A run that is broken off must not leave its benches running.
process.once("disconnect", () => process.exit(1));

try {
  const bench = benches.find((it) => it.name === name);
  if (!bench) throw new Error(`There is no bench ${name}.`);
  const before = performance.now();
  const found = await bench.run(settings);
  const seconds = (performance.now() - before) / 1000;
  await tell({ row: { name, title: bench.title, curves: [], ...found, seconds } });
  process.exit(0);
} catch (error) {
  await tell({ failure: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  process.exit(1);
}

function tell(message: RowMessage): Promise<void> {
  return new Promise((resolve) => {
    process.send?.(message, undefined, undefined, () => resolve());
  });
}
