import { build } from "esbuild";

/**
 * Makes the one file that the Functions host loads: `dist/main.cjs`.
 *
 * CommonJS, because an ESM bundle without a `createRequire` banner registers no
 * function, silently. `@azure/functions-core` is not a package: the worker
 * provides it, and a copy in the bundle would be registered into instead.
 */
await build({
  entryPoints: ["functions/main.ts"],
  // A test builds into a folder of its own, so that no other sees a half-written file.
  outfile: process.argv[2] ?? "dist/main.cjs",
  bundle: true,
  platform: "node",
  target: "node24",
  format: "cjs",
  minify: true,
  keepNames: true,
  sourcemap: "external",
  legalComments: "linked",
  logLevel: "warning",
  external: [
    "@azure/functions-core",
    // Native parts of ssh2, which does without them.
    "cpu-features",
    "*.node",
  ],
});
