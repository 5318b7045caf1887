import { execFile, fork } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { bundle } from "../../build.ts";
import type { ColdStart } from "./cold-process.ts";
import { ROOT } from "./root.ts";

/** The app in the two forms in which it could be deployed, and what loads it; in a folder of its own. */
export interface ColdApps extends AsyncDisposable {
  /** The one file that is deployed. */
  readonly bundled: string;
  /** A file for each module, over `node_modules`. */
  readonly unbundled: string;
  /** Starts a process that loads the app and handles the entry; without an app, one that does nothing. */
  start(app: string | undefined, entry: string, env: NodeJS.ProcessEnv): Promise<ColdStart>;
}

export async function coldApps(): Promise<ColdApps> {
  await using making = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "bench-cold-"));
  making.defer(() => rm(folder, { recursive: true }));
  const [bundled, unbundled] = [join(folder, "bundled"), join(folder, "unbundled")];
  const loader = join(folder, "cold-process.mjs");
  await Promise.all([makeBundled(bundled), makeUnbundled(unbundled), makeLoader(loader)]);
  const made = making.move();
  return {
    bundled,
    unbundled,
    async start(app, entry, env) {
      const child = fork(loader, app === undefined ? [] : [app, entry], {
        env: { ...process.env, ...env },
        execArgv: [],
        stdio: ["ignore", "ignore", "inherit", "ipc"],
        timeout: 60_000,
      });
      const exited = once(child, "exit");
      const [answer] = await Promise.race([
        once(child, "message"),
        exited.then(([code]) => {
          throw new Error(`The app ended while it was starting (exit code ${code}).`);
        }),
      ]);
      await exited;
      return answer as ColdStart;
    },
    [Symbol.asyncDispose]: () => made.disposeAsync(),
  };
}

async function makeBundled(folder: string): Promise<void> {
  await bundle("functions/main.ts", join(folder, "dist/main.cjs"));
  await copyFile(join(ROOT, "host.json"), join(folder, "host.json"));
  await writeFile(join(folder, "package.json"), JSON.stringify({ main: "dist/main.cjs" }));
}

/** As `tsc` leaves it: types stripped, imports of `.js` files. */
async function makeUnbundled(folder: string): Promise<void> {
  const tsc = join(ROOT, "node_modules/.bin/tsc");
  const options = ["--noEmit", "false", "--outDir", folder, "--rewriteRelativeImportExtensions"];
  await promisify(execFile)(tsc, [...options, "--project", ROOT], { cwd: ROOT }).catch(
    // It writes what it compiled, though tests elsewhere may have faults.
    () => {},
  );
  await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
  const manifest = { type: "module", main: "functions/main.js" };
  await writeFile(join(folder, "package.json"), JSON.stringify(manifest));
}

async function makeLoader(outfile: string): Promise<void> {
  await build({
    entryPoints: [join(ROOT, "bench/harness/cold-process.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    logLevel: "warning",
  });
}
