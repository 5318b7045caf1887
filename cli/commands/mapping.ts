import { readFile, writeFile } from "node:fs/promises";
import { path, whyHeader } from "../client.ts";
import { CommandError, exitCodes } from "../io.ts";
import { type Cell, fields, safe, table } from "../output.ts";
import type { AddCommands, Context } from "../program.ts";
import { saveCsv } from "../save-report.ts";
import { waitFor } from "../wait.ts";
import { count, day, optionalWhy, whyOption } from "./options.ts";

/** Who is mapped to which mailbox. */
export const mappingCommands: AddCommands = (program, context) => {
  const mapping = program.command("mapping").description("Who is mapped to which mailbox.");

  mapping
    .command("template")
    .description("Writes an empty mapping file with its headers.")
    .option("--out <file>", "write it here")
    .action(({ out }) => template(out, context()));
  mapping
    .command("check")
    .description("Reads a mapping file as the app would, row by row. Changes nothing.")
    .argument("<file>")
    .action((file) => check(file, context()));
  mapping
    .command("show")
    .description("The mapping of a connector as it stands.")
    .argument("<connector>")
    .action((connector) => show(connector, context()));
  mapping
    .command("upload")
    .description("Puts a mapping file in force. Needs Archive.Administrator.")
    .argument("<connector>")
    .argument("<file>")
    .option("--dry-run", "only show what it would change; nothing is put in force", false)
    .option("--days <n>", "with --dry-run: for the items of so many days", count, 30)
    .option("--out <file>", "with --dry-run: write the changes here, as CSV")
    .addOption(whyOption())
    .addHelpText(
      "after",
      '\nExamples\n  archiver mapping upload wechat new.csv --dry-run --why "joiners of June"\n  archiver mapping upload wechat new.csv --why "joiners of June"',
    )
    .action((connector, file, options) => upload(connector, file, options, context()));
  mapping
    .command("explain")
    .description("Which rule maps a number or an address, and why.")
    .argument("<participant>", "number or address")
    .requiredOption("--connector <id>", "by whose rules")
    .option("--at <moment>", "at this moment, yyyy-MM-ddTHH:mm:ssZ; rows have dates")
    .addHelpText("after", "\nExample\n  archiver mapping explain 15550100 --connector wechat")
    .action((participant, options) => explain(participant, options, context()));
  mapping
    .command("misdelivered")
    .description("What a number that was mapped to the wrong person brought into whose mailbox.")
    .argument("<number>")
    .requiredOption("--connector <id>", "whose mapping was wrong")
    .requiredOption("--from <day>", "first day it was wrong", day)
    .requiredOption("--to <day>", "last day", day)
    .option("--address <address>", "the wrong person's address")
    .option("--out <file>", "write it here, as CSV")
    .addOption(optionalWhy())
    .addHelpText(
      "after",
      "\nExample\n  archiver mapping misdelivered 15550100 --connector wechat --from 2025-06-01 --to 2025-06-30 --out wrong.csv",
    )
    .action((number, options) => misdelivered(number, options, context()));
};

async function template(file: string | undefined, { client, out, io }: Context): Promise<void> {
  const { bytes } = await client.ask({ path: "mapping/template" });
  if (!file) return void io.out.write(bytes);
  await writeFile(file, bytes);
  out.note(`Written: ${file}`);
}

async function check(file: string, { client, out }: Context): Promise<void> {
  const bytes = await contentOf(file);
  const told = await client.json({ method: "POST", path: "mapping/check", bytes });
  out.print(told, () => checkText(told));
  if (told.refused.length > 0) throw new CommandError(exitCodes.no, "");
}

function checkText({ rows, refused }: Check): string {
  const summary = `${rows} rows are right, ${refused.length} would map nobody.`;
  if (refused.length === 0) return summary;
  return `${summary}\n\n${table(
    ["row", "why"],
    refused.map((it) => [it.row, it.why]),
  )}`;
}

interface Check {
  readonly rows: number;
  readonly refused: readonly { readonly row: number; readonly why: string }[];
}

async function show(connector: string, { client, out }: Context): Promise<void> {
  const told = await client.json({ path: path("connectors", connector, "mapping") });
  out.print(told, () => {
    const { rules, file, lastGood } = told;
    const parts = [fields(rules)];
    if (file) parts.push("", file.faults ? file.faults.map(safe).join("\n") : checkText(file));
    if (file?.faults && lastGood) parts.push("The last good one is in force:", checkText(lastGood));
    return parts.join("\n");
  });
}

interface Upload {
  readonly dryRun: boolean;
  readonly days: number;
  readonly out?: string;
  readonly why: string;
}

async function upload(
  connector: string,
  file: string,
  { dryRun, days, out: save, why }: Upload,
  { client, out, io }: Context,
): Promise<void> {
  const bytes = await contentOf(file);
  const place = path("connectors", connector, "mapping");
  const headers = whyHeader(why);
  if (!dryRun) {
    const told = await client.json({ method: "PUT", path: place, bytes, headers });
    out.print(told, () => `In force within a minute. ${checkText(told)}`);
    return;
  }
  const asked = { path: `${place}/dry-run`, query: { days }, bytes, headers };
  const begun = await client.json({ method: "POST", ...asked });
  const { result } = await waitFor(begun, `orders/${begun.id}`, client, io);
  const report = `orders/${begun.id}/report`;
  await saveCsv(save, report, { client, out });
  const rows = await client.json({ path: report });
  out.print({ ...result, changes: rows }, () =>
    [
      `${result?.["items"]} items of ${days} days looked at; nothing was put in force. What would change:`,
      "",
      table(
        ["source user", "mailbox before", "mailbox after", "items"],
        rows.map((it: Record<string, Cell>) => [
          it["sourceUser"],
          it["before"],
          it["after"],
          it["items"],
        ]),
      ),
    ].join("\n"),
  );
}

async function explain(
  participant: string,
  { connector, at }: { connector: string; at?: string },
  { client, out }: Context,
): Promise<void> {
  const who = participant.includes("@") ? { address: participant } : { number: participant };
  const place = path("connectors", connector, "mapping", "explain");
  const json = { ...who, ...(at !== undefined && { at }) };
  const told = await client.json({ method: "POST", path: place, json });
  out.print(told, () =>
    [
      told.mapped
        ? `Mapped to ${told.mailbox} by the ${told.rule} rule${told.row ? `, row ${told.row}` : ""}.`
        : "Not ours.",
      ...told.steps.map((step: string) => `  ${safe(step)}`),
    ].join("\n"),
  );
  if (!told.mapped) throw new CommandError(exitCodes.no, "");
}

interface Misdelivered {
  readonly connector: string;
  readonly from: string;
  readonly to: string;
  readonly address?: string;
  readonly out?: string;
  readonly why: string;
}

async function misdelivered(
  number: string,
  { connector, out: save, to, ...asked }: Misdelivered,
  { client, out, io }: Context,
): Promise<void> {
  const place = path("connectors", connector, "mapping", "misdelivered");
  const begun = await client.json({
    method: "POST",
    path: place,
    json: { number, until: to, ...asked },
  });
  const { result } = await waitFor(begun, `orders/${begun.id}`, client, io);
  const report = `orders/${begun.id}/report`;
  await saveCsv(save, report, { client, out });
  const rows = await client.json({ path: report });
  out.print({ ...result, deliveries: rows }, () =>
    [
      table(
        ["item", "mailbox", "row", "imported", "internet message id"],
        rows.map((it: Record<string, Cell>) => [
          it["itemKey"],
          it["mailbox"],
          it["mappingRow"],
          it["importedAt"],
          it["internetMessageId"],
        ]),
      ),
      "",
      "Next: correct the mapping, archiver poison redrive --again … for the right person, and purge the wrong ones (docs/operators-guide.md).",
    ].join("\n"),
  );
}

async function contentOf(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch {
    throw new CommandError(exitCodes.usage, `${file}: cannot be read`);
  }
}
