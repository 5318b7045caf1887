import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { arch, cpus, loadavg, platform, release, totalmem } from "node:os";
import { join } from "node:path";
import { ROOT } from "./root.ts";

/** Where, when and with what a run was made. */
export interface Machine {
  readonly at: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
  readonly v8: string;
  readonly packages: Readonly<Record<string, string>>;
  readonly commit: string;
  /** Whether files differed from that commit. */
  readonly changed: boolean;
  /** Processes that wanted to run, averaged over a minute, before the first bench began. */
  readonly load: number;
}

const PACKAGES = [
  "@azure/data-tables",
  "@azure/storage-blob",
  "@azure/storage-queue",
  "@microsoft/microsoft-graph-client",
  "azurite",
  "csv-parse",
  "libphonenumber-js",
  "mailparser",
  "nodemailer",
  "postal-mime",
];

/** What a result depends on; what the run itself writes is not among it. */
const MEASURED = [
  ...["shared", "functions", "local", "bench", ":(exclude)bench/results", ":(exclude)bench/*.md"],
  ...["build.ts", "host.json", "package-lock.json"],
];

export function machine(): Machine {
  return {
    at: new Date().toISOString(),
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()} ${arch()}`,
    node: process.versions.node,
    v8: process.versions.v8,
    packages: Object.fromEntries(PACKAGES.map((name) => [name, versionOf(name)])),
    commit: git("rev-parse", "HEAD"),
    changed: git("status", "--porcelain", "--", ...MEASURED) !== "",
    load: loadavg()[0] ?? 0,
  };
}

function versionOf(name: string): string {
  const manifest = join(ROOT, "node_modules", name, "package.json");
  return String((JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version);
}

function git(...args: string[]): string {
  try {
    return execFileSync("git", args, { cwd: ROOT, encoding: "utf8" }).trim();
  } catch {
    // Not a checkout: a downloaded archive has no history.
    return "";
  }
}
