import { path } from "../client.ts";
import { type Cell, fields, moment, table } from "../output.ts";
import type { AddCommands, Context } from "../program.ts";

/** One item's way, from the source to each mailbox. */
export const itemCommand: AddCommands = (program, context) => {
  program
    .command("item")
    .description("Follows one item from its source to each mailbox.")
    .argument("<id>", "item key, or with --connector what the source calls it")
    .option("--connector <id>", "the connector that collected it")
    .addHelpText(
      "after",
      "\nExamples\n  archiver item i-00112233445566778899aabbccddeeff\n  archiver item 4711 --connector wechat",
    )
    .action((id, { connector }) => show(id, connector, context()));
};

interface Delivery {
  readonly mailbox: string;
  readonly state?: string;
  readonly importedAt?: string;
  readonly code?: string;
  readonly internetMessageId: string;
}

interface Action {
  readonly at: string;
  readonly action: string;
  readonly by: string;
  readonly why: string;
}

/** The id that a source gave goes in the body: some hold a number, and hosts log URLs. */
async function keyOf(
  client: Context["client"],
  connector: string,
  sourceItemId: string,
): Promise<string> {
  const json = { connector, sourceItemId };
  const { itemKey } = await client.json({ method: "POST", path: "items/find", json });
  return itemKey;
}

async function show(
  id: string,
  connector: string | undefined,
  { client, out }: Context,
): Promise<void> {
  const key = connector === undefined ? id : await keyOf(client, connector, id);
  const told = await client.json({ path: path("items", key) });
  out.print(told, () => {
    const { raw, email, deliveries, actions, again, run, mappedBy: _, ...rest } = told;
    const about = {
      ...rest,
      raw: `${raw.container}/${raw.blob}`,
      ...(email && { email: `${email.container}/${email.blob}` }),
      run: run && `${run.runId} (${run.state})`,
      custody: run?.sealed && `custody/${run.sealed.blob}`,
    };
    const mine: readonly Delivery[] = deliveries;
    const done: readonly Action[] = [
      ...actions,
      ...again.map((it: Omit<Action, "action">) => ({ ...it, action: "converted again" })),
    ];
    return [
      fields(about as Record<string, Cell>),
      "",
      table(
        ["mailbox", "state", "imported", "code", "internet message id"],
        mine.map((it) => [
          it.mailbox,
          it.state,
          moment(it.importedAt),
          it.code,
          it.internetMessageId,
        ]),
      ),
      ...(done.length === 0
        ? []
        : [
            "",
            table(
              ["at", "what", "by", "why"],
              done.map((it) => [moment(it.at), it.action, it.by, it.why]),
            ),
          ]),
    ].join("\n");
  });
}
