import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { type AppHost, appHost } from "./app-host.ts";
import { ownHostJson } from "./archiver-host.ts";

const ENTRY = fileURLToPath(new URL("../peers/bare-app.ts", import.meta.url));

/** The app of bare storage calls, bundled as the archiver is, under the same host with the same host.json. */
export async function bareAppHost(options: {
  connectionString: string;
  items: number;
  itemBytes: number;
}): Promise<AppHost> {
  await using starting = new AsyncDisposableStack();
  const appRoot = await mkdtemp(join(tmpdir(), "bench-bare-app-"));
  starting.defer(() => rm(appRoot, { recursive: true }));
  await build({
    entryPoints: [ENTRY],
    outfile: join(appRoot, "main.cjs"),
    bundle: true,
    platform: "node",
    format: "cjs",
    minify: true,
    external: ["@azure/functions-core"],
    logLevel: "warning",
  });
  await writeFile(join(appRoot, "package.json"), JSON.stringify({ main: "main.cjs" }));
  const app = await appHost({
    appRoot,
    hostJson: ownHostJson(),
    env: {
      AzureWebJobsStorage: options.connectionString,
      ArchiveStorage: options.connectionString,
      BARE_ITEMS: String(options.items),
      BARE_ITEM_BYTES: String(options.itemBytes),
    },
  });
  starting.use(app);
  const running = starting.move();
  return { ...app, [Symbol.asyncDispose]: () => running.disposeAsync() };
}
