import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { startHost } from "./host.ts";
import type { Settings } from "./settings.ts";

const USAGE = `node local/host/main.ts --app DIR [--port 7071] [--schedules on|off] [--function-key KEY]

Runs the Functions app in DIR. Its settings are the environment and "Values" of
DIR/local.settings.json, of which the environment goes first.
`;

/** Core Tools' port, so that what knows it finds this host too. */
const DEFAULT_PORT = "7071";

const { values } = parseArgs({
  options: {
    app: { type: "string" },
    port: { type: "string", default: DEFAULT_PORT },
    schedules: { type: "string", default: "on" },
    "function-key": { type: "string" },
    help: { type: "boolean", default: false },
  },
});
if (values.help || values.app === undefined) {
  process.stderr.write(USAGE);
  process.exit(values.help ? 0 : 2);
}

const appRoot = resolve(values.app);
const functionKey = values["function-key"];
const host = await startHost({
  appRoot,
  env: { ...localSettings(appRoot), ...environment() },
  port: Number(values.port),
  schedules: values.schedules === "off" ? "off" : "on",
  logSink: (record) => process.stdout.write(`${JSON.stringify(record)}\n`),
  ...(functionKey !== undefined && { functionKey }),
}).catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
const functions = host.functions.map(({ name }) => name);
process.stdout.write(`${JSON.stringify({ url: host.url, functions })}\n`);

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, () => {
    void host.stop().then(() => process.exit(0));
  });
}

function environment(): Settings {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  );
}

function localSettings(folder: string): Settings {
  const path = join(folder, "local.settings.json");
  if (!existsSync(path)) {
    return {};
  }
  const { Values: settings = {} } = JSON.parse(readFileSync(path, "utf8")) as { Values?: Settings };
  return settings;
}
