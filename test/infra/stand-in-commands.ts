import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/** What a stand-in command says when its arguments, joined by spaces, match. */
export interface Answer {
  readonly to: RegExp;
  readonly out?: string;
  readonly exit?: number;
}

export interface Call {
  readonly command: string;
  readonly args: string;
  /** What came through the pipe, for a call that reads `/dev/stdin`. */
  readonly input: string;
}

export interface Ran {
  readonly exit: number;
  readonly out: string;
  readonly calls: readonly Call[];
}

/** What a deployment puts out, so that scripts find their names. */
const outputs: Readonly<Record<string, string>> = {
  appName: "archive",
  functionAppName: "func-archive-x",
  hostName: "func-archive-x.azurewebsites.net",
  plan: "flexConsumption",
  systemTopicName: "evgt-archive",
  hostAccountName: "stharchivex",
  dataAccountName: "stdarchivex",
  vaultName: "kv-archive-x",
  identityClientId: "client-of-identity",
  identityPrincipalId: "identity",
};

const deployed: readonly Answer[] = Object.entries(outputs).map(([name, out]) => ({
  to: new RegExp(`deployment group show .*outputs\\.${name}\\.value`),
  out,
}));

/**
 * Runs a script of `infra/scripts` with stand-ins for the commands that would
 * reach Azure or build: each call is kept, and answered by the first answer
 * that matches, else by silence and success.
 */
export async function run(
  script: string,
  args: readonly string[],
  { answers = [], input = "" }: { answers?: readonly Answer[]; input?: string } = {},
): Promise<Ran> {
  const folder = mkdtempSync(join(tmpdir(), "commands-"));
  const log = join(folder, "calls");
  const said = [...answers, ...deployed].map(({ to, ...rest }) => ({ to: to.source, ...rest }));
  writeFileSync(log, "");
  for (const command of ["az", "func", "npm"]) {
    writeFileSync(join(folder, command), standIn(command, log, said));
    chmodSync(join(folder, command), 0o755);
  }

  const path = join(import.meta.dirname, "../../infra/scripts", script);
  const child = spawn("bash", [path, ...args], {
    env: { ...process.env, PATH: folder + delimiter + process.env["PATH"], WAIT_SECONDS: "0" },
  });
  // A script that refuses at once has closed the pipe before anything is written into it.
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  let out = "";
  child.stdout.on("data", (chunk) => {
    out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    out += chunk;
  });
  const exit = await new Promise<number>((resolve) =>
    child.on("close", (code) => resolve(code ?? 1)),
  );
  const calls = readFileSync(log, "utf8").split("\n").filter(Boolean);
  return { exit, out, calls: calls.map((line) => JSON.parse(line)) };
}

function standIn(command: string, log: string, answers: readonly object[]): string {
  return `#!${process.execPath}
const { appendFileSync, readFileSync } = require("node:fs");
const args = process.argv.slice(2).join(" ");
const input = args.includes("/dev/stdin") ? readFileSync(0, "utf8") : "";
appendFileSync(${JSON.stringify(log)}, JSON.stringify({ command: ${JSON.stringify(command)}, args, input }) + "\\n");
const { out = "", exit = 0 } = ${JSON.stringify(answers)}.find(({ to }) => new RegExp(to).test(args)) ?? {};
if (out) console.log(out);
process.exitCode = exit;
`;
}
