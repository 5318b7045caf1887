import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const DIST = join(ROOT, "dist");
const SOURCES = ["functions", "shared", "build.ts", "package-lock.json"];

/**
 * Builds `dist/main.cjs` unless it is younger than all it is made of; true when it was built.
 *
 * The files are put in place whole: another process may be loading them.
 */
export async function ensureBuilt(): Promise<boolean> {
  const built = await modifiedAt(join(DIST, "main.cjs"));
  if (built > (await youngest(SOURCES.map((name) => join(ROOT, name))))) {
    return false;
  }
  await mkdir(DIST, { recursive: true });
  const folder = await mkdtemp(join(DIST, "build-"));
  try {
    const args = [join(ROOT, "build.ts"), join(folder, "main.cjs")];
    await promisify(execFile)(process.execPath, args, { cwd: ROOT });
    for (const name of await readdir(folder)) {
      await rename(join(folder, name), join(DIST, name));
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return true;
}

async function youngest(paths: readonly string[]): Promise<number> {
  const times = await Promise.all(
    paths.map(async (path) => {
      const info = await stat(path);
      if (!info.isDirectory()) return info.mtimeMs;
      const names = await readdir(path);
      return Math.max(info.mtimeMs, await youngest(names.map((name) => join(path, name))));
    }),
  );
  return Math.max(0, ...times);
}

/** 0 when it is not there. */
async function modifiedAt(path: string): Promise<number> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}
