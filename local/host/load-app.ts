import { globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import Module, { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { CoreApi } from "./core-api.ts";

/** Makes `require("@azure/functions-core")` give `coreApi` in this process, as the worker does. */
export function provideCoreModule(coreApi: CoreApi): void {
  Module.prototype.require = new Proxy(Module.prototype.require, {
    apply: (target, thisArg, args) =>
      args[0] === "@azure/functions-core" ? coreApi : Reflect.apply(target, thisArg, args),
  });
}

/**
 * Loads the files that `main` in the app's package.json names (a glob), in order.
 *
 * Rejects with the file and the reason, also when the app had registered functions before it
 * threw: an app half loaded is not run.
 */
export async function loadApp(appRoot: string): Promise<void> {
  const manifest = JSON.parse(await readFile(join(appRoot, "package.json"), "utf8")) as {
    main?: string;
    type?: string;
  };
  const pattern = manifest.main;
  if (pattern === undefined) {
    throw new Error(`${join(appRoot, "package.json")} has no "main", so there is nothing to load.`);
  }
  const files = globSync(pattern, { cwd: appRoot }).sort();
  if (files.length === 0) {
    throw new Error(
      `No file of ${appRoot} matches "main": "${pattern}" in its package.json; build the app first.`,
    );
  }
  for (const file of files) {
    try {
      await loadScript(join(appRoot, file), manifest.type);
    } catch (error) {
      throw atEntryPoint(file, error);
    }
  }
}

async function loadScript(path: string, packageType: string | undefined): Promise<void> {
  const isModule = path.endsWith(".mjs") || (!path.endsWith(".cjs") && packageType === "module");
  if (isModule) {
    await import(pathToFileURL(path).href);
  } else {
    createRequire(path)(path);
  }
}

/** The same error, so that its stack still points into the app. */
function atEntryPoint(file: string, thrown: unknown): Error {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  error.message = `Unable to load entry point "${file}": ${error.message}`;
  return error;
}
