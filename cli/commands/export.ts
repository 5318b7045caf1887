import { CommandError, exitCodes } from "../io.ts";
import type { AddCommands, Context } from "../program.ts";
import { saveItems } from "../save-items.ts";
import { progressLine } from "../wait.ts";
import { day, whyOption } from "./options.ts";

/** Items as files, with their chain of custody. */
export const exportCommand: AddCommands = (program, context) => {
  program
    .command("export")
    .description("Saves items as EML with their chain of custody. Needs Archive.Auditor.")
    .requiredOption("--from <day>", "first day received, yyyy-MM-dd (UTC)", day)
    .requiredOption("--to <day>", "last day", day)
    .requiredOption("--out <folder>", "where")
    .option("--connector <id>", "of one connector")
    .option("--person <address|number|mailbox>", "in which this person took part")
    .option("--raw", "the raw items too, as the source gave them", false)
    .addOption(whyOption())
    .addHelpText(
      "after",
      '\nExamples\n  archiver export --from 2025-06-01 --to 2025-06-30 --out june --why "audit of June"\n  archiver export --person ann@contoso.com --from 2025-06-01 --to 2025-06-30 --out ann --why "case 12"',
    )
    .action((options) => exportItems(options, context()));
};

interface ExportOptions {
  readonly from: string;
  readonly to: string;
  readonly out: string;
  readonly connector?: string;
  readonly person?: string;
  readonly raw: boolean;
  readonly why: string;
}

async function exportItems(options: ExportOptions, context: Context): Promise<void> {
  const { from, to, out: folder, connector, person, raw, why } = options;
  const { client, out, io } = context;
  const wanted = {
    from,
    until: to,
    ...(connector !== undefined && { connector }),
    ...(person !== undefined && { person: personOf(person) }),
  };
  const { token } = await client.json({
    method: "POST",
    path: "exports",
    json: { ...wanted, why },
  });
  const headers = { "x-archive-export": token };
  const keys: string[] = [];
  const line = progressLine(io);
  for (let start: number | undefined = 0; start !== undefined; ) {
    const json: object = { ...wanted, start };
    const page = await client.json({ method: "POST", path: "items/search", json, headers });
    keys.push(...page.items.map(({ itemKey }: { itemKey: string }) => itemKey));
    start = page.next;
    line.show(`${keys.length} items found`);
  }
  line.end();
  if (keys.length === 0) throw new CommandError(exitCodes.no, "No item fits.");
  const contents = raw ? (["email", "raw"] as const) : (["email"] as const);
  const saved = await saveItems(keys, { to: folder, token, contents }, context);
  out.print(
    saved,
    () => `${saved.items} items, ${saved.bytes} bytes saved in ${folder}; index.csv lists them`,
  );
}

/** An object id of a mailbox, an address, or a number. */
function personOf(text: string): Record<string, string> {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return { mailbox: text };
  return text.includes("@") ? { address: text } : { number: text };
}
