import { resolve } from "node:path";
import { build, type Metafile, type Plugin } from "esbuild";

interface Part {
  /** What is imported, and by whom. */
  readonly path: RegExp;
  readonly by: RegExp;
  /** The module in its place; an empty one by default. */
  readonly instead?: string;
}

const TELEMETRY = /[\\/](?:applicationinsights|monitor-opentelemetry|@opentelemetry)/;

/**
 * Parts of packages that the app never reaches, or must not.
 *
 * They would double the file that every cold start reads. Those of the telemetry
 * packages also send to wherever an environment variable says, let one take our
 * scrubber away, ask addresses that no customer was told of, and write what
 * services answer into the host's log.
 */
const leftOut: readonly Part[] = [
  // Messages in fifty languages; the English ones are imported by themselves.
  { path: /\/locales\/index\.js$/, by: /[\\/]zod[\\/]/ },
  {
    path: /^@opentelemetry\/(?:configuration|exporter-.+|otlp-.+|propagator-(?:b3|jaeger))$/,
    by: TELEMETRY,
  },
  {
    path: /^(?:@opentelemetry\/(?:instrumentation-.+|winston-transport)|@azure\/opentelemetry-instrumentation-azure-sdk)$/,
    by: TELEMETRY,
  },
  { path: /^@microsoft\/applicationinsights-web-snippet$/, by: TELEMETRY },
  // For live metrics, which are off; it would be a second copy, in another module format.
  { path: /^@azure\/identity$/, by: TELEMETRY },
  // Asks the metadata service of virtual machines.
  {
    path: /^@opentelemetry\/resource-detector-azure$/,
    by: TELEMETRY,
    instead: `const none = { detect: () => ({ attributes: {} }) };
      for (const place of ["Aks", "AppService", "ContainerApps", "Functions", "Vm"])
        exports["azure" + place + "Detector"] = none;`,
  },
  // An environment variable, or a file beside the bundle, would override all options: the scrubber is one.
  {
    path: /\/jsonConfig(?:\.js)?$/,
    by: TELEMETRY,
    instead: "exports.JsonConfig = { getInstance: () => ({}) };",
  },
  // Asks Microsoft every hour for settings of the packages.
  {
    path: /\/configurationWorker\.js$/,
    by: TELEMETRY,
    instead: "exports.ConfigurationWorker = class { shutdown() {} };",
  },
  // Prints what the ingestion endpoint answers, and all warnings of the Azure SDK.
  {
    path: /\/diagFileConsoleLogger\.js$/,
    by: TELEMETRY,
    instead: `exports.DiagFileConsoleLogger = class {
      error() {} warn() {} info() {} debug() {} verbose() {} logMessage() {}
    };`,
  },
];

/** Puts an empty module, or the one named, in the place of what is left out. */
const leaveOut: Plugin = {
  name: "leave-out",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /.*/ }, ({ path, importer }) => {
      const part = leftOut.find((one) => one.path.test(path) && one.by.test(importer));
      return part && { path, namespace: "left-out", pluginData: part.instead ?? "" };
    });
    onLoad({ filter: /.*/, namespace: "left-out" }, ({ pluginData }) => ({
      contents: String(pluginData),
      loader: "js",
    }));
  },
};

/**
 * Makes one file of an entry and all it needs.
 *
 * CommonJS, because an ESM bundle without a `createRequire` banner registers no
 * function, silently. `@azure/functions-core` is not a package: the worker
 * provides it, and a copy in the bundle would be registered into instead.
 */
export async function bundle(entry: string, outfile: string): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: import.meta.dirname,
    entryPoints: [entry],
    outfile: resolve(outfile),
    bundle: true,
    platform: "node",
    target: "node24",
    format: "cjs",
    minify: true,
    keepNames: true,
    sourcemap: "external",
    legalComments: "linked",
    logLevel: "warning",
    metafile: true,
    plugins: [leaveOut],
    external: [
      "@azure/functions-core",
      // Native parts of ssh2, which does without them.
      "cpu-features",
      "*.node",
    ],
  });
  return metafile;
}

// A test builds into a folder of its own, so that no other sees a half-written file.
if (import.meta.filename === process.argv[1]) {
  await bundle("functions/main.ts", process.argv[2] ?? "dist/main.cjs");
}
