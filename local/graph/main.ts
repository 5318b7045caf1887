import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { readUsers } from "./directory.ts";
import { readFaultScript } from "./faults.ts";
import type { GraphOptions, Limits } from "./options.ts";
import { startGraph } from "./start.ts";

/** The limits that the command line can change, by flag. */
const LIMIT_FLAGS: Readonly<Record<string, keyof Limits>> = {
  "max-message-bytes": "messageBytes",
  "max-concurrent": "concurrentRequests",
  "requests-per-10-minutes": "requestsPer10Minutes",
  "upload-bytes-per-5-minutes": "uploadBytesPer5Minutes",
  "concurrency-retry-after": "concurrencyRetryAfterSeconds",
  "session-ms": "sessionMs",
};

const { values } = parseArgs({
  allowNegative: true,
  options: {
    port: { type: "string", default: "0" },
    users: { type: "string" },
    state: { type: "string" },
    token: { type: "string" },
    faults: { type: "string" },
    latency: { type: "string", default: "0" },
    control: { type: "boolean", default: true },
    log: { type: "boolean", default: true },
    "max-message-bytes": { type: "string" },
    "max-concurrent": { type: "string" },
    "requests-per-10-minutes": { type: "string" },
    "upload-bytes-per-5-minutes": { type: "string" },
    "concurrency-retry-after": { type: "string" },
    "session-ms": { type: "string" },
  },
});

const running = await startGraph(optionsOf(values));
process.stdout.write(`${JSON.stringify({ url: running.url })}\n`);

// A parent that was killed cannot send a signal: without this the stand-in would outlive it.
process.once("disconnect", end);
process.once("SIGTERM", end);
process.once("SIGINT", end);

function end(): void {
  running.stop().then(
    () => process.exit(0),
    () => process.exit(1),
  );
}

function optionsOf(given: { readonly [flag: string]: string | boolean | undefined }): GraphOptions {
  const file = (flag: string) => {
    const path = given[flag];
    return typeof path === "string" ? { path, text: readFileSync(path, "utf8") } : undefined;
  };
  const users = file("users");
  const faults = file("faults");
  const limits = Object.entries(LIMIT_FLAGS)
    .filter(([flag]) => given[flag] !== undefined)
    .map(([flag, limit]) => [limit, wholeNumber(given[flag], flag)]);
  return {
    port: wholeNumber(given["port"], "port"),
    latencyMs: wholeNumber(given["latency"], "latency"),
    control: given["control"] !== false,
    log: given["log"] !== false,
    limits: Object.fromEntries(limits),
    ...(users ? { users: readUsers(users.text, users.path) } : {}),
    ...(faults ? { faults: readFaultScript(JSON.parse(faults.text), faults.path) } : {}),
    ...(typeof given["state"] === "string" ? { stateDirectory: given["state"] } : {}),
    ...(typeof given["token"] === "string" ? { token: given["token"] } : {}),
  };
}

function wholeNumber(value: unknown, flag: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 0) {
    throw new Error(`--${flag} needs a whole number, not '${String(value)}'.`);
  }
  return number;
}
