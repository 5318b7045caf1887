import type { InvocationContext } from "@azure/functions";
import { logTo } from "../shared/adapters/invocation-log.ts";
import { type App, compose } from "../shared/compose.ts";
import { ConfigurationError } from "../shared/domain/errors.ts";

/** Runs one invocation's work with the composed app, its storage provisioned, its logs and telemetry in place. */
export function invoke<T>(context: InvocationContext, work: (app: App) => Promise<T>): Promise<T> {
  return logTo(context, async () => {
    try {
      const app = compose();
      await Promise.all([app.provision(), app.telemetry.start()]);
      return await app.telemetry.invocation(context.traceContext?.traceParent, () => work(app));
    } catch (error) {
      throw speechless(error);
    }
  });
}

/**
 * An error as the host may log it: its class, its code, and where it was thrown.
 *
 * The host writes the message of whatever a function throws into its log, and from
 * there into telemetry; a parser's message quotes what it could not read.
 */
function speechless(error: unknown): unknown {
  if (!(error instanceof Error)) return new Error(typeof error);
  // Names settings and files, never a value: it is what the operator has to read.
  if (error instanceof ConfigurationError) return error;
  const { code } = error as { code?: unknown };
  const word = typeof code === "string" && /^[A-Za-z][\w-]{0,63}$/.test(code) ? ` ${code}` : "";
  const bare = new Error(`${error.name}${word}`);
  bare.name = error.name;
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  bare.stack = [`${error.name}${word}`, ...frames].join("\n");
  return bare;
}
