import { Command, CommanderError } from "commander";
import { type Client, routesClient } from "./client.ts";
import { archiveCommands } from "./commands/archive.ts";
import { connectorCommands } from "./commands/connectors.ts";
import { exportCommand } from "./commands/export.ts";
import { itemCommand } from "./commands/item.ts";
import { mappingCommands } from "./commands/mapping.ts";
import { orderCommands } from "./commands/orders.ts";
import { poisonCommands } from "./commands/poison.ts";
import { runCommands } from "./commands/runs.ts";
import { CommandError, exitCodes, type Io } from "./io.ts";
import { type Output, output } from "./output.ts";
import { tokenFor } from "./token.ts";

const LOCAL = "http://127.0.0.1:7071";

/** What each command works with. */
export interface Context {
  readonly client: Client;
  readonly out: Output;
  readonly io: Io;
}

/** Adds commands; `context` is made when one of them runs, and its options are known. */
export type AddCommands = (program: Command, context: () => Context) => void;

const EXAMPLES = `
Examples
  archiver status                                         is everything there?
  archiver connectors add                                 set up a connector, step by step
  archiver mapping explain 15550100 --connector wechat    who is this number, and why?
  archiver poison list --code unmapped                    what found no mailbox
  archiver poison redrive --code unmapped --why "mapping mended"
  archiver backfill --connector wechat --from 2025-06-01 --to 2025-06-30 --why "audit"
  archiver export --from 2025-06-01 --to 2025-06-30 --out june --why "audit"
  archiver verify

The app on this machine (npm start) is asked unless --url names another. Elsewhere you sign in as
yourself: az login, and --app-id with the client id of the operators' registration.

Exit codes
  0 done   1 the answer is no   2 wrong use   3 not signed in, or without the role
  4 the app does not answer     5 the app says that it cannot be so
`;

/** Runs a command line and returns its exit code. Never throws for what an operator can mend. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const program = new Command("archiver")
    .description("Operates the mobile archive: a client of the app's operator routes.")
    .option("--url <url>", "the app (ARCHIVER_URL)", io.env["ARCHIVER_URL"] ?? LOCAL)
    .option("--app-id <id>", "client id of the operators' registration (ARCHIVER_APP_ID)")
    .option("--tenant <id>", "the Entra tenant to sign in to (AZURE_TENANT_ID)")
    .option("--browser", "sign in with a browser instead of the Azure CLI", false)
    .option("--json", "print the answer as JSON", false)
    .addHelpText("after", EXAMPLES)
    .showHelpAfterError("(--help tells more)")
    .configureOutput({
      writeOut: (text) => io.out.write(text),
      writeErr: (text) => io.err.write(text),
    });
  const context = () => contextOf(program, io);
  for (const add of [
    archiveCommands,
    connectorCommands,
    mappingCommands,
    runCommands,
    poisonCommands,
    itemCommand,
    exportCommand,
    orderCommands,
  ]) {
    add(program, context);
  }
  for (const command of everyCommand(program))
    command.exitOverride().copyInheritedSettings(program);

  try {
    await program.parseAsync([...args], { from: "user" });
    return exitCodes.done;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.usage;
    if (!(error instanceof CommandError)) throw error;
    io.err.write(`${error.message}\n`);
    return error.exitCode;
  }
}

function contextOf(program: Command, io: Io): Context {
  const options = program.opts<{
    url: string;
    appId?: string;
    tenant?: string;
    browser: boolean;
    json: boolean;
  }>();
  if (!URL.canParse(options.url)) {
    throw new CommandError(exitCodes.usage, `--url: ${options.url} is not a URL`);
  }
  const url = new URL(options.url);
  const token = () =>
    tokenFor({
      url,
      appId: options.appId ?? io.env["ARCHIVER_APP_ID"],
      tenant: options.tenant ?? io.env["AZURE_TENANT_ID"],
      browser: options.browser,
      token: io.env["ARCHIVER_TOKEN"],
    });
  return { client: routesClient(url, token, io), out: output(io, options.json), io };
}

function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}
