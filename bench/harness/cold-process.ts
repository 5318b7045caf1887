import { functionApp } from "../../local/host/function-app.ts";
import { loadApp, provideCoreModule } from "../../local/host/load-app.ts";

/** How long it took from the start of the process, and the CPU time until then; in ms. */
export interface ColdStart {
  readonly loaded: { readonly wallMs: number; readonly cpuMs: number };
  readonly invoked: { readonly wallMs: number; readonly cpuMs: number };
}

// Loads an app as the Functions worker does, calls one function once, and ends. Runs bundled:
// what the harness itself takes to load would else count as the app's.
const [appRoot, entry] = process.argv.slice(2);
const app = functionApp(() => {});
let loaded = sinceStart();
if (appRoot !== undefined && entry !== undefined) {
  provideCoreModule(app.coreApi);
  await loadApp(appRoot);
  await app.start(appRoot);
  loaded = sinceStart();
  await app.invoke({
    functionName: "import",
    invocationId: "00000000-0000-4000-8000-000000000001",
    trigger: { string: entry },
    triggerMetadata: { dequeueCount: { json: "1" } },
  });
}
process.send?.({ loaded, invoked: sinceStart() } satisfies ColdStart, undefined, undefined, () =>
  process.exit(0),
);

function sinceStart() {
  const { user, system } = process.cpuUsage();
  return { wallMs: performance.now(), cpuMs: (user + system) / 1_000 };
}
