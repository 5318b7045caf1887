import type { Command } from "commander";
import { path } from "../client.ts";
import { CommandError, exitCodes } from "../io.ts";
import { type Cell, fields, moment, table } from "../output.ts";
import type { AddCommands, Context } from "../program.ts";
import { saveItems } from "../save-items.ts";
import { waitFor } from "../wait.ts";
import { collected, type Days, day, span, whyOption } from "./options.ts";

/** What is set aside. */
export const poisonCommands: AddCommands = (program, context) => {
  const poison = program.command("poison").description("What was set aside, with a code.");

  selecting(poison.command("list"))
    .description("Lists what is set aside, from the tables.")
    .addHelpText("after", "\nExample\n  archiver poison list --code unmapped --connector wechat")
    .action((options) => list(options, context()));
  poison
    .command("counts")
    .description("How many are set aside, by connector and code.")
    .action(() => counts(context()));
  poison
    .command("show")
    .description("What of one item is set aside, and why.")
    .argument("<item>", "item key")
    .action((item) => show(item, context()));
  selecting(poison.command("redrive"))
    .description("Starts again what is set aside. Needs Archive.Operator.")
    .argument("[items...]", "item keys")
    .option("--all", "everything that is set aside", false)
    .option("--again", "items named that were imported already: map and import them anew", false)
    .addOption(whyOption())
    .addHelpText(
      "after",
      '\nExamples\n  archiver poison redrive --code unmapped --why "mapping mended"\n  archiver poison redrive i-0011… --why "the mailbox is back"',
    )
    .action((items, options) => change("redrive", items, options, context()));
  selecting(poison.command("discard"))
    .description("Gives up what is set aside; the raw item stays. Needs Archive.Administrator.")
    .argument("[items...]", "item keys")
    .option("--all", "everything that is set aside", false)
    .addOption(whyOption())
    .addHelpText(
      "after",
      '\nExample\n  archiver poison discard i-0011… --why "spam to a shared number"',
    )
    .action((items, options) => change("discard", items, options, context()));
  poison
    .command("strangers")
    .description("Entries of the poison queues that stand for no item: something else wrote them.")
    .option("--discard <message>", "remove this one; may be repeated", collected)
    .option("--why <text>", "with --discard: why")
    .addHelpText("after", "\nExample\n  archiver poison strangers")
    .action((options) => strangers(options, context()));
  selecting(poison.command("export"))
    .description(
      "Saves the raw items that are set aside, with their history. Needs Archive.Auditor.",
    )
    .requiredOption("--out <folder>", "where")
    .addOption(whyOption())
    .action((options) => exportPoison(options, context()));
};

function selecting(command: Command): Command {
  return command
    .option("--code <code>", "set aside with this code")
    .option("--connector <id>", "of this connector")
    .option("--from <day>", "received on this day or later", day)
    .option("--to <day>", "received on this day or earlier", day);
}

interface Selecting extends Days {
  readonly code?: string;
  readonly connector?: string;
}

interface Entry {
  readonly itemKey: string;
  readonly mailbox?: string;
  readonly connector: string;
  readonly code: string;
  readonly detail: string;
  readonly at: string;
  readonly receivedAt: string;
}

function selectionOf({ code, connector, ...days }: Selecting) {
  return {
    ...(code !== undefined && { code }),
    ...(connector !== undefined && { connector }),
    ...span(days),
  };
}

async function listed(selecting: Selecting, { client }: Context): Promise<Entry[]> {
  const query = selectionOf(selecting);
  const entries: Entry[] = [];
  for (let after: string | undefined; ; ) {
    const page = await client.json({ path: "poison", query: { ...query, after } });
    entries.push(...page.entries);
    if (!page.next) return entries;
    after = page.next;
  }
}

async function list(options: Selecting, context: Context): Promise<void> {
  const entries = await listed(options, context);
  context.out.print({ entries }, () => `${entriesTable(entries)}\n\n${entries.length} set aside`);
}

function entriesTable(entries: readonly Entry[]): string {
  return table(
    ["item", "mailbox", "connector", "code", "detail", "received", "set aside"],
    entries.map((it) => [
      it.itemKey,
      it.mailbox,
      it.connector,
      it.code,
      it.detail,
      moment(it.receivedAt),
      moment(it.at),
    ]),
  );
}

async function counts({ client, out }: Context): Promise<void> {
  const told = await client.json({ path: "poison/counts" });
  out.print(told, () => {
    const rows = Object.entries(told.connectors as Record<string, Record<string, number>>);
    return table(
      ["connector", "code", "items"],
      rows.flatMap(([connector, codes]) =>
        Object.entries(codes).map(([code, n]): Cell[] => [connector, code, n]),
      ),
    );
  });
}

async function show(item: string, { client, out }: Context): Promise<void> {
  const told = await client.json({ path: path("poison", item) });
  out.print(told, () => told.entries.map((it: Record<string, Cell>) => fields(it)).join("\n\n"));
}

async function strangers(
  { discard, why }: { discard?: string[]; why?: string },
  { client, out }: Context,
): Promise<void> {
  if (discard && !why) throw new CommandError(exitCodes.usage, "--discard needs --why");
  const told = discard
    ? await client.json({
        method: "POST",
        path: "poison/strangers/discard",
        json: { messageIds: discard, why },
      })
    : await client.json({ method: "POST", path: "poison/strangers", json: {} });
  out.print(told, () =>
    table(
      ["queue", "message", "bytes", "sha256"],
      told.strangers.map((it: Record<string, Cell>) => [
        it["queue"],
        it["messageId"],
        it["bytes"],
        it["sha256"],
      ]),
    ),
  );
}

interface Change extends Selecting {
  readonly all: boolean;
  readonly again?: boolean;
  readonly why: string;
}

async function change(
  verb: "redrive" | "discard",
  items: readonly string[],
  { all, again, why, ...selecting }: Change,
  { client, out, io }: Context,
): Promise<void> {
  const json = {
    ...selectionOf(selecting),
    ...(items.length > 0 && { items }),
    ...(all && { all }),
    ...(again && { again }),
    why,
  };
  const begun = await client.json({ method: "POST", path: `poison/${verb}`, json });
  const { id, result = {} } = await waitFor(begun, `orders/${begun.id}`, client, io);
  out.print({ id, ...result }, () => fields(result as Record<string, Cell>));
  const left = Number(result["left"] ?? 0);
  if (left > 0) {
    out.note(
      `${left} could not be taken up yet: another delivery of theirs is under way. Ask again later.`,
    );
  }
}

async function exportPoison(
  { out: to, why, ...selecting }: Selecting & { out: string; why: string },
  context: Context,
): Promise<void> {
  const entries = await listed(selecting, context);
  const keys = [...new Set(entries.map(({ itemKey }) => itemKey))];
  if (keys.length === 0) throw new CommandError(exitCodes.no, "Nothing is set aside that fits.");
  const days = entries.map(({ receivedAt }) => receivedAt.slice(0, 10)).sort();
  const span = { from: days[0], until: days.at(-1), why };
  const { token } = await context.client.json({ method: "POST", path: "exports", json: span });
  const saved = await saveItems(keys, { to, token, contents: ["raw"] }, context);
  context.out.print(saved, () => `${saved.items} items saved in ${to}`);
}
