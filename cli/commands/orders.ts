import { path } from "../client.ts";
import { type Cell, fields, moment, table } from "../output.ts";
import type { AddCommands, Context } from "../program.ts";
import { waitFor } from "../wait.ts";
import { day, span } from "./options.ts";

/** Long work, and who did what. */
export const orderCommands: AddCommands = (program, context) => {
  const orders = program
    .command("orders")
    .description("Long work that was asked for; the app carries it on by itself.")
    .action(() => list(context()));
  orders
    .command("show")
    .description("One order: how far it is, what came of it.")
    .argument("<order>")
    .action((order) => show(order, context()));
  orders
    .command("wait")
    .description("Waits until an order is done.")
    .argument("<order>")
    .action((order) => wait(order, context()));
  orders
    .command("report")
    .description("An order's report. Needs Archive.Auditor or Archive.Administrator.")
    .argument("<order>")
    .option("--csv", "as CSV", false)
    .action((order, { csv }) => report(order, csv, context()));

  program
    .command("operations")
    .description("What operators did, when and why. Needs Archive.Auditor.")
    .option("--from <day>", "first day", day)
    .option("--to <day>", "last day", day)
    .action((days) => operations(span(days), context()));
};

async function list({ client, out }: Context): Promise<void> {
  const told = await client.json({ path: "orders" });
  out.print(told, () =>
    table(
      ["order", "kind", "state", "done", "of", "why"],
      told.orders.map((it: Record<string, Cell> & { progress: { done: number; of?: number } }) => [
        it["id"],
        it["kind"],
        it["state"],
        it.progress.done,
        it.progress.of,
        it["why"],
      ]),
    ),
  );
}

async function show(order: string, { client, out }: Context): Promise<void> {
  const told = await client.json({ path: path("orders", order) });
  out.print(told, () => {
    const { progress, parameters, result, ...rest } = told;
    return fields({
      ...rest,
      progress: progress.of === undefined ? progress.done : `${progress.done} of ${progress.of}`,
      parameters: JSON.stringify(parameters),
      ...(result && { result: JSON.stringify(result) }),
    });
  });
}

async function wait(order: string, context: Context): Promise<void> {
  const { client, out, io } = context;
  const place = path("orders", order);
  const told = await waitFor(await client.json({ path: place }), place, client, io);
  out.print(told, () => `${told.id} is done: ${JSON.stringify(told.result ?? {})}`);
}

async function report(order: string, csv: boolean, { client, io }: Context): Promise<void> {
  const query = { format: csv ? "csv" : "json" };
  const { bytes } = await client.ask({ path: path("orders", order, "report"), query });
  io.out.write(bytes);
}

async function operations(
  query: Readonly<Record<string, string | undefined>>,
  { client, out }: Context,
): Promise<void> {
  const told = await client.json({ path: "operations", query });
  out.print(told, () =>
    table(
      ["at", "by", "what", "why", "detail"],
      told.operations.map((it: Record<string, Cell> & { detail: object }) => [
        moment(it["at"]),
        it["by"],
        it["action"],
        it["why"],
        JSON.stringify(it.detail).slice(0, 100),
      ]),
    ),
  );
}
