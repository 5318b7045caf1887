import { CommandError, exitCodes } from "../io.ts";
import { type Cell, fields, moment, safe, table } from "../output.ts";
import type { AddCommands, Context } from "../program.ts";
import { waitFor } from "../wait.ts";
import { collected, day, optionalWhy, span, whyOption } from "./options.ts";

/** The archive as a whole. */
export const archiveCommands: AddCommands = (program, context) => {
  program
    .command("status")
    .description('Answers "is everything there?" in one screen. Exit code 1 when it is not.')
    .addHelpText("after", "\nExample\n  archiver status --json")
    .action(() => status(context()));

  program
    .command("doctor")
    .description("Looks at everything the archive needs, as the app's own identity sees it.")
    .option("--address <address>", "a mailbox to try; may be repeated", collected)
    .option("--tenant-check", "try a test mailbox as docs/graph.md describes; takes minutes", false)
    .option("--mailbox <address>", "the test mailbox of --tenant-check")
    .addHelpText(
      "after",
      "\nExamples\n  archiver doctor\n  archiver doctor --tenant-check --mailbox archive-test@contoso.com",
    )
    .action((options) =>
      options.tenantCheck ? tenantCheck(options.mailbox, context()) : doctor(options, context()),
    );

  program
    .command("verify")
    .description("Holds raw items, emails, custody and the ledger against each other.")
    .option("--connector <id>", "one connector only")
    .option("--from <day>", "first day, yyyy-MM-dd (UTC)", day)
    .option("--to <day>", "last day", day)
    .addOption(optionalWhy())
    .addHelpText("after", "\nExample\n  archiver verify --from 2025-06-01 --to 2025-06-30")
    .action(({ connector, why, ...days }) => {
      const only = connector === undefined ? {} : { connector };
      return verify({ ...only, ...span(days), why }, context());
    });

  program
    .command("ledger")
    .description("The tables, which have no backup.")
    .command("rebuild")
    .description("Makes the tables anew from receipts, custody and a look in the mailboxes.")
    .option("--connector <id>", "one connector only")
    .addOption(whyOption())
    .addHelpText("after", '\nExample\n  archiver ledger rebuild --why "the tables were deleted"')
    .action((options) => rebuild(options, context()));
};

async function status({ client, out }: Context): Promise<void> {
  const told = await client.json({ path: "status" });
  out.print(told, () => {
    const rows: Cell[][] = told.connectors.map((it: Connector) => [
      it.id,
      it.type,
      it.state,
      moment(it.collectedUntil),
      moment(it.lastItemAt),
      it.pending,
      Object.values(it.setAside).reduce((sum, n) => sum + n, 0),
    ]);
    const headings = [
      "connector",
      "type",
      "state",
      "collected until",
      "last item",
      "pending",
      "set aside",
    ];
    const { jobs, poison, blobPoison } = told.queues;
    return [
      told.isEverythingThere ? "Everything is there." : "Not everything is there:",
      ...told.because.map((reason: string) => `  ${safe(reason)}`),
      "",
      table(headings, rows),
      "",
      `queues: ${jobs} jobs, ${poison} poisoned, ${blobPoison} receipts given up by the host; orders under way: ${told.orders}`,
      `as of ${moment(told.at)} UTC`,
    ].join("\n");
  });
  if (!told.isEverythingThere) throw new CommandError(exitCodes.no, "");
}

interface Connector {
  readonly id: string;
  readonly type?: string;
  readonly state: string;
  readonly collectedUntil?: string;
  readonly lastItemAt?: string;
  readonly pending: number;
  readonly setAside: Readonly<Record<string, number>>;
}

async function doctor(
  { address }: { address?: string[] },
  { client, out }: Context,
): Promise<void> {
  const json = { ...(address && { addresses: address }) };
  const told = await client.json({ method: "POST", path: "doctor", json });
  out.print(told, () =>
    told.findings
      .map((it: { check: string; verdict: string; found: string; remedy?: string }) => {
        const remedy = it.remedy ? `\n       ${safe(it.remedy)}` : "";
        return `${it.verdict.padEnd(5)}  ${safe(it.check)}: ${safe(it.found)}${remedy}`;
      })
      .join("\n"),
  );
  if (!told.healthy) throw new CommandError(exitCodes.no, "");
}

async function tenantCheck(mailbox: string | undefined, context: Context): Promise<void> {
  if (!mailbox) throw new CommandError(exitCodes.usage, "--tenant-check needs --mailbox");
  const { client, out, io } = context;
  const json = { mailbox, why: "tenant check" };
  const begun = await client.json({ method: "POST", path: "tenant-check", json });
  const { result } = await waitFor(begun, `orders/${begun.id}`, client, io);
  const verdicts = (result?.["verdicts"] ?? []) as TenantVerdict[];
  out.print(result, () =>
    verdicts
      .map(({ test, verdict, title, detail, manual = [] }) =>
        [
          `${test.padEnd(4)} ${verdict.padEnd(8)} ${title}: ${safe(detail)}`,
          ...manual.map((step) => `       by hand: ${step}`),
        ].join("\n"),
      )
      .join("\n"),
  );
  if (Number(result?.["failed"]) > 0) throw new CommandError(exitCodes.no, "");
}

interface TenantVerdict {
  readonly test: string;
  readonly title: string;
  readonly verdict: string;
  readonly detail: string;
  readonly manual?: readonly string[];
}

async function verify(json: object, { client, out, io }: Context): Promise<void> {
  const begun = await client.json({ method: "POST", path: "verify", json });
  const { id, result } = await waitFor(begun, `orders/${begun.id}`, client, io);
  const first = (result?.["first"] ?? []) as Record<string, Cell>[];
  out.print({ id, ...result }, () => {
    const summary = `${result?.["runs"]} runs and ${result?.["items"]} items looked at`;
    if (result?.["clean"]) return `Clean: ${summary}.`;
    const rows = first.map((it) => [it["problem"], it["blob"], it["runId"]]);
    return [
      `${result?.["problems"]} problems; ${summary}. All of them: archiver orders report ${id}`,
      "",
      table(["problem", "where", "run"], rows),
    ].join("\n");
  });
  if (!result?.["clean"]) throw new CommandError(exitCodes.no, "");
}

async function rebuild(json: object, { client, out, io }: Context): Promise<void> {
  const begun = await client.json({ method: "POST", path: "ledger/rebuild", json });
  const { id, result } = await waitFor(begun, `orders/${begun.id}`, client, io);
  out.print({ id, ...result }, () => fields(result as Record<string, Cell>));
  out.note("Now: archiver verify");
}
