import { readFile } from "node:fs/promises";
import { path } from "../client.ts";
import { addConnector } from "../connector-wizard.ts";
import { CommandError, exitCodes } from "../io.ts";
import { type Cell, moment, safe, table } from "../output.ts";
import type { AddCommands, Context } from "../program.ts";
import { whyOption } from "./options.ts";

/** Connector files. */
export const connectorCommands: AddCommands = (program, context) => {
  const connectors = program.command("connectors").description("Configured imports.");

  connectors
    .command("list")
    .description("Every connector, and what is wrong with its file.")
    .action(() => list(context()));
  connectors
    .command("show")
    .description("A connector's file as it stands, and what its source owes.")
    .argument("<connector>")
    .action((connector) => show(connector, context()));
  connectors
    .command("add")
    .description(
      "Sets up a connector, step by step. Asks for no password. Needs Archive.Administrator.",
    )
    .option("--file <file>", "take this connector file instead of asking")
    .addHelpText(
      "after",
      "\nExamples\n  archiver connectors add\n  archiver connectors add --file wechat.json",
    )
    .action(({ file }) => (file ? put(file, context()) : addConnector(context())));
  connectors
    .command("test")
    .description("Whether the app can sign in at the connector's source.")
    .argument("<connector>")
    .action((connector) => test(connector, context()));
  for (const verb of ["enable", "disable"] as const) {
    connectors
      .command(verb)
      .description(
        verb === "enable" ? "Lets a connector collect." : "Stops a connector; nothing is lost.",
      )
      .argument("<connector>")
      .addOption(whyOption())
      .action((connector, { why }) => switchTo(verb, connector, why, context()));
  }
};

async function list({ client, out }: Context): Promise<void> {
  const told = await client.json({ path: "connectors" });
  out.print(told, () => {
    const rows = told.connectors.map((it: Record<string, Cell>) => [
      it["id"],
      it["type"],
      it["source"],
      it["enabled"] === undefined ? "" : it["enabled"] ? "enabled" : "disabled",
    ]);
    const faults: string[] = told.connectors.flatMap((it: { faults: string[] }) => it.faults);
    return [table(["connector", "type", "source", ""], rows), ...faults.map(safe)].join("\n");
  });
}

async function show(connector: string, { client, out }: Context): Promise<void> {
  const told = await client.json({ path: path("connectors", connector) });
  out.print(told, () => {
    const missing = table(
      ["item", "run", "detail", "since"],
      told.missing.map((it: Record<string, Cell>) => [
        it["itemKey"],
        it["runId"],
        it["detail"],
        moment(it["since"]),
      ]),
    );
    return [
      JSON.stringify(told.file, undefined, 2),
      ...told.faults.map(safe),
      ...(told.missing.length > 0 ? ["", "Listed by the source and not given:", missing] : []),
    ].join("\n");
  });
}

async function put(file: string, { client, out }: Context): Promise<void> {
  const bytes = await readFile(file).catch(() => {
    throw new CommandError(exitCodes.usage, `${file}: cannot be read`);
  });
  const id = idIn(bytes, file);
  const told = await client.json({ method: "PUT", path: path("connectors", id), bytes });
  out.print(
    told,
    () => `${id} is written; it acts within a minute. Next: archiver connectors test ${id}`,
  );
}

function idIn(bytes: Buffer, file: string): string {
  try {
    const { id } = JSON.parse(bytes.toString());
    if (typeof id === "string") return id;
  } catch {
    // Told below.
  }
  throw new CommandError(exitCodes.usage, `${file}: is not a connector file: JSON with an id`);
}

async function test(connector: string, { client, out }: Context): Promise<void> {
  const place = path("connectors", connector, "test");
  const told = await client.json({ method: "POST", path: place, json: {} });
  out.print(told, () =>
    told.ok ? "The app can sign in." : `It cannot: ${safe(told.detail)}. ${told.remedy}`,
  );
  if (!told.ok) throw new CommandError(exitCodes.no, "");
}

async function switchTo(
  verb: "enable" | "disable",
  connector: string,
  why: string,
  { client, out }: Context,
): Promise<void> {
  const place = path("connectors", connector, verb);
  const told = await client.json({ method: "POST", path: place, json: { why } });
  out.print(told, () => `${connector} is ${verb}d; it acts within a minute.`);
}
