import { functionApp } from "./function-app.ts";
import { loadApp, provideCoreModule } from "./load-app.ts";
import { type AppMessage, errorReport, type HostMessage } from "./protocol.ts";

/** Longer than an exporter needs to flush, short enough for `stop` to come back. */
const TERMINATE_TIMEOUT_MS = 10_000;

const appRoot = process.argv[2] ?? process.cwd();
const app = functionApp((log) => tell({ kind: "log", ...log }));

// The host is gone: nobody would hear a result.
process.on("disconnect", () => process.exit(1));
process.on("message", (message: HostMessage) => {
  if (message.kind === "terminate") {
    void terminate();
  } else {
    void run(message);
  }
});

try {
  provideCoreModule(app.coreApi);
  await loadApp(appRoot);
  await app.start(appRoot);
  tell({ kind: "started", functions: [...app.functions.values()].map((each) => each.metadata) });
} catch (error) {
  await told({ kind: "start-failed", error: errorReport(error) });
  process.exit(1);
}

async function run(order: Extract<HostMessage, { kind: "invoke" }>): Promise<void> {
  const { invocationId } = order;
  try {
    const returnValue = await app.invoke(order);
    tell({ kind: "finished", invocationId, ...(returnValue?.http && { returnValue }) });
  } catch (error) {
    tell({ kind: "failed", invocationId, error: errorReport(error) });
  }
}

async function terminate(): Promise<void> {
  setTimeout(() => process.exit(1), TERMINATE_TIMEOUT_MS).unref();
  let exitCode = 0;
  try {
    await app.terminate();
  } catch (error) {
    const { stack, message } = errorReport(error);
    tell({
      kind: "log",
      level: "error",
      category: "system",
      message: `appTerminate hook failed: ${stack ?? message}`,
    });
    exitCode = 1;
  }
  await told({ kind: "terminated" });
  process.exit(exitCode);
}

function tell(message: AppMessage): void {
  process.send?.(message);
}

/** Resolves once the host has it: `process.exit` drops what is still on its way. */
function told(message: AppMessage): Promise<void> {
  return new Promise((resolve) => {
    process.send?.(message, undefined, undefined, () => resolve());
  });
}
