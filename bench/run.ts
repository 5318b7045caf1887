import { parseArgs } from "node:util";
import { benches } from "./benches.ts";
import { writePage } from "./charts/page.ts";
import { machine } from "./harness/machine.ts";
import { printRow, say } from "./harness/print.ts";
import type { Row, Settings } from "./harness/report.ts";
import { type Results, readResults, withRow, writeResults } from "./harness/results.ts";
import { runRow } from "./harness/run-row.ts";

const USAGE = `npm run bench -- [rows] [options]

Rows: ${namesOf(false)}; all of them without a name.
When named only: ${namesOf(true)}.

  --full        the large sizes too
  --quick       small sizes and few rounds: shows that the benches run, not how fast the archiver is
  --rounds N    rounds that count (15)
  --seed N      of the order of contestants and of the material (1)
  --keep        results and docs/performance.md stay as they are
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    full: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
    rounds: { type: "string" },
    seed: { type: "string", default: "1" },
    keep: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

const unknown = positionals.filter((name) => !benches.some((bench) => bench.name === name));
if (values.help || unknown.length > 0) {
  process.stderr.write(unknown.length > 0 ? `There is no bench ${unknown[0]}.\n\n${USAGE}` : USAGE);
  process.exit(values.help ? 0 : 2);
}
const settings: Settings = {
  rounds: Number(values.rounds ?? (values.quick ? 3 : 15)),
  quick: values.quick,
  full: values.full,
  seed: Number(values.seed),
};
// What a quick run shows must not pass for a result.
const isKept = values.keep || values.quick;
const failed = await runBenches(
  benches.filter(({ name, onlyWhenNamed }) =>
    positionals.length === 0 ? !onlyWhenNamed : positionals.includes(name),
  ),
);
process.exit(failed.length > 0 ? 1 : 0);

function namesOf(onlyWhenNamed: boolean): string {
  return benches
    .filter((bench) => (bench.onlyWhenNamed ?? false) === onlyWhenNamed)
    .map(({ name }) => name)
    .join(", ");
}

async function runBenches(chosen: typeof benches): Promise<string[]> {
  const failed: string[] = [];
  const on = machine();
  let results: Results | undefined = isKept ? undefined : readResults();
  for (const { name } of chosen) {
    const row = await runRow(name, settings).catch((error: Error) => {
      say(`\n${name}: ${error.message}\n`);
      failed.push(name);
      return undefined;
    });
    if (!row) continue;
    printRow(row);
    // After each row: a run that is broken off keeps what it found.
    if (!isKept) results = keep(results, row);
  }
  if (failed.length > 0) say(`\nFailed: ${failed.join(", ")}\n`);
  return failed;

  function keep(before: Results | undefined, row: Row): Results {
    const after = withRow(before, { ...row, machine: on, settings });
    writeResults(after);
    writePage(after);
    return after;
  }
}
