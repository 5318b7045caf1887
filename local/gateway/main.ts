import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import type { Account } from "./contract.ts";
import { startGateway } from "./gateway.ts";
import { readItemDirectory } from "./item-directory.ts";

// The stand-in gateway as a process of its own; README.md beside this file explains the arguments.
const { values } = parseArgs({
  options: {
    port: { type: "string", default: "0" },
    items: { type: "string", multiple: true, default: [] },
    account: { type: "string", multiple: true, default: [] },
    faults: { type: "string" },
  },
});

const items = (await Promise.all(values.items.map(readItemDirectory))).flat();
const faults = values.faults ? JSON.parse(await readFile(values.faults, "utf8")) : [];
const accounts = values.account.map(accountOf);

const gateway = await startGateway({
  port: Number(values.port),
  items,
  faults,
  ...(accounts.length > 0 ? { accounts } : {}),
});
process.stdout.write(`${JSON.stringify({ url: gateway.url })}\n`);

// A parent that is gone must not leave a server behind.
process.once("disconnect", () => process.exit());
process.once("SIGINT", () => process.exit());
process.once("SIGTERM", () => process.exit());

function accountOf(text: string): Account {
  const colon = text.indexOf(":");
  if (colon < 1) throw new Error("--account must be user:password, for example archive:example");
  return { username: text.slice(0, colon), password: text.slice(colon + 1) };
}
