import { path } from "../client.ts";
import { CommandError, exitCodes } from "../io.ts";
import { type Cell, fields, moment, safe, table } from "../output.ts";
import type { AddCommands, Context } from "../program.ts";
import { saveCsv } from "../save-report.ts";
import { waitFor } from "../wait.ts";
import { day, optionalWhy, span, whyOption } from "./options.ts";

/** Collecting now or further back; what runs counted. */
export const runCommands: AddCommands = (program, context) => {
  program
    .command("run")
    .description("Collects a connector now, whatever the time of day.")
    .argument("<connector>")
    .addOption(optionalWhy())
    .addHelpText("after", "\nExample\n  archiver run wechat")
    .action((connector, { why }) => runNow(connector, why, context()));

  program
    .command("backfill")
    .description("Collects a span from before the connector began, or again. Moves no checkpoint.")
    .requiredOption("--connector <id>", "whose items")
    .requiredOption("--from <day>", "first day of received time, yyyy-MM-dd (UTC)", day)
    .requiredOption("--to <day>", "last day", day)
    .option("--no-wait", "come back at once; the app goes on")
    .addOption(whyOption())
    .addHelpText(
      "after",
      '\nExample\n  archiver backfill --connector wechat --from 2025-06-01 --to 2025-06-30 --why "audit"',
    )
    .action((options) => backfill(options, context()));

  program
    .command("backfills")
    .description("Lists a connector's back-fills.")
    .argument("<connector>")
    .action((connector) => backfills(connector, context()));

  const reports = program
    .command("reports")
    .description("Runs and their counters; Purview's own words.")
    .option("--connector <id>", "one connector only")
    .option("--from <day>", "first day on which a window ended", day)
    .option("--to <day>", "last day", day)
    .option("--state <state>", "collecting, collected or closed")
    .action(({ connector, state, ...days }) =>
      list({ connector, state, ...span(days) }, context()),
    );
  reports
    .command("show")
    .description("One run's counters.")
    .argument("<connector>")
    .argument("<run>")
    .option("--csv", "as CSV, as Purview's log", false)
    .action((connector, run, { csv }) => show(connector, run, csv, context()));
  reports
    .command("failed")
    .description("What failed in a run, with whom it concerns. Needs Archive.Auditor.")
    .argument("<connector>")
    .argument("<run>")
    .option("--out <file>", "write it here, as CSV")
    .action((connector, run, { out }) => failed(connector, run, out, context()));
  reports
    .command("unmapped")
    .description("Who stands in the items that found no mailbox. Needs Archive.Auditor.")
    .option("--connector <id>", "one connector only")
    .option("--from <day>", "first day received", day)
    .option("--to <day>", "last day", day)
    .option("--out <file>", "write it here, as CSV")
    .addOption(optionalWhy())
    .addHelpText("after", "\nExample\n  archiver reports unmapped --out unmapped.csv")
    .action((options, command) => unmapped({ ...command.parent?.opts(), ...options }, context()));
};

async function runNow(connector: string, why: string, { client, out }: Context): Promise<void> {
  const place = path("connectors", connector, "run");
  const told = await client.json({ method: "POST", path: place, json: { why } });
  const texts: Readonly<Record<string, string>> = {
    collected: `${told.windows} windows collected; what was found is being imported: archiver status`,
    unfinished: "Begun; the app goes on by itself: archiver status",
    held: "It is being collected right now: archiver status",
    failed: `The source failed: ${safe(String(told.detail))}. Try: archiver connectors test ${connector}`,
  };
  out.print(told, () => texts[told.kind] ?? told.kind);
  if (told.kind === "failed") throw new CommandError(exitCodes.no, "");
}

interface BackfillOptions {
  readonly connector: string;
  readonly from: string;
  readonly to: string;
  readonly why: string;
  readonly wait: boolean;
}

async function backfill(options: BackfillOptions, { client, out, io }: Context): Promise<void> {
  const { connector, from, to, why, wait } = options;
  const place = path("connectors", connector, "backfills");
  const begun = await client.json({ method: "POST", path: place, json: { from, until: to, why } });
  const told = wait
    ? await waitFor(begun, `${place}/${encodeURIComponent(begun.id)}`, client, io)
    : begun;
  out.print(told, () =>
    told.state === "done"
      ? `${told.id} is collected: archiver reports --connector ${connector} --from ${from} --to ${to}`
      : `${told.id} is begun: archiver backfills ${connector}`,
  );
}

async function backfills(connector: string, { client, out }: Context): Promise<void> {
  const told = await client.json({ path: path("connectors", connector, "backfills") });
  out.print(told, () =>
    table(
      ["back-fill", "from", "until", "state", "days", "missing"],
      told.backfills.map(
        (it: Record<string, Cell> & { progress: { done: number; of: number } }) => [
          it["id"],
          moment(it["from"]),
          moment(it["until"]),
          it["state"],
          `${it.progress.done} of ${it.progress.of}`,
          it["missing"],
        ],
      ),
    ),
  );
}

async function list(
  query: Readonly<Record<string, string | undefined>>,
  { client, out }: Context,
): Promise<void> {
  const told = await client.json({ path: "runs", query });
  out.print(told, () =>
    table(
      [
        "run",
        "kind",
        "state",
        "from source",
        "available",
        "imported",
        "partial",
        "skipped",
        "failed",
        "pending",
      ],
      told.runs.map((it: Record<string, Cell>) => [
        it["runId"],
        it["kind"],
        it["state"],
        it["itemsAvailableFromSource"],
        it["itemsAvailableForImport"],
        it["itemsImported"],
        it["itemsPartiallyImported"],
        it["itemsSkipped"],
        it["itemsFailed"],
        it["itemsPending"],
      ]),
    ),
  );
}

async function show(
  connector: string,
  run: string,
  csv: boolean,
  { client, out, io }: Context,
): Promise<void> {
  const place = path("runs", connector, run);
  if (csv) {
    const { bytes } = await client.ask({ path: place, query: { format: "csv" } });
    io.out.write(bytes);
    return;
  }
  const told = await client.json({ path: place });
  out.print(told, () => {
    const { failedByCode: _, sealed, ...counters } = told;
    const place = sealed ? `custody/${sealed.blob} (${sealed.sha256})` : "not yet";
    return fields({ ...counters, sealed: place });
  });
}

async function failed(
  connector: string,
  run: string,
  file: string | undefined,
  { client, out }: Context,
): Promise<void> {
  const place = path("runs", connector, run, "failed");
  if (await saveCsv(file, place, { client, out })) return;
  const rows = await client.json({ path: place });
  out.print(rows, () =>
    table(
      ["item", "source user", "mailbox", "code", "detail"],
      rows.map((it: Record<string, Cell>) => [
        it["itemKey"],
        it["sourceUser"],
        it["mailbox"],
        it["code"],
        it["detail"],
      ]),
    ),
  );
}

async function unmapped(
  options: Readonly<Record<string, string | undefined>>,
  { client, out, io }: Context,
): Promise<void> {
  const { out: file, connector, from, to, why } = options;
  const json = { connector, from, until: to, why };
  const begun = await client.json({ method: "POST", path: "reports/unmapped", json });
  await waitFor(begun, `orders/${begun.id}`, client, io);
  const place = `orders/${begun.id}/report`;
  if (await saveCsv(file, place, { client, out })) return;
  const rows = await client.json({ path: place });
  out.print(rows, () =>
    table(
      ["connector", "source user", "name", "items", "last received", "the mapping now"],
      rows.map((it: Record<string, Cell>) => [
        it["connector"],
        it["sourceUser"],
        it["name"],
        it["items"],
        moment(it["last"]),
        it["now"],
      ]),
    ),
  );
}
