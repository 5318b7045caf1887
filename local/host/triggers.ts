import { z } from "zod";
import type { BindingInfo, FunctionMetadata } from "./core-api.ts";
import { resolveSettings, type Settings } from "./settings.ts";

const TimerTrigger = z.object({
  type: z.literal("timerTrigger"),
  schedule: z.string(),
  runOnStartup: z.boolean().default(false),
  useMonitor: z.boolean().default(true),
});

const QueueTrigger = z.object({
  type: z.literal("queueTrigger"),
  queueName: z.string(),
  connection: z.string().default("Storage"),
});

const BlobTrigger = z.object({
  type: z.literal("blobTrigger"),
  path: z.string(),
  connection: z.string().default("Storage"),
});

const HttpTrigger = z.object({
  type: z.literal("httpTrigger"),
  route: z.string().optional(),
  methods: z.array(z.string().toUpperCase()),
  authLevel: z.enum(["anonymous", "function", "admin"]),
});

const Trigger = z.discriminatedUnion("type", [
  TimerTrigger,
  QueueTrigger,
  BlobTrigger,
  HttpTrigger,
]);

/** What sets a function off, its `%SETTING%`s resolved. */
type Trigger = z.infer<typeof Trigger>;

/** A function and what sets it off. */
export interface TriggeredFunction {
  readonly name: string;
  readonly trigger: Trigger;
}

/**
 * The functions' triggers, read from what the app registered.
 *
 * Throws one error that names every function with a binding the local host does not run: a
 * function left out quietly would look like one that has nothing to do.
 */
export function readTriggers(
  functions: readonly FunctionMetadata[],
  settings: Settings,
): TriggeredFunction[] {
  return forEachFunction(functions, (each) => ({
    name: each.name,
    trigger: readTrigger(each, settings),
  }));
}

/** Maps functions; throws one error that names each one for which `map` threw, and why. */
export function forEachFunction<F extends { readonly name: string }, T>(
  functions: readonly F[],
  map: (each: F) => T,
): T[] {
  const faults: string[] = [];
  const mapped = functions.flatMap((each) => {
    try {
      return [map(each)];
    } catch (error) {
      faults.push(`${each.name}: ${error instanceof Error ? error.message : String(error)}`);
      return [];
    }
  });
  if (faults.length > 0) {
    throw new Error(`The local host cannot run these functions:\n  ${faults.join("\n  ")}`);
  }
  return mapped;
}

function readTrigger({ bindings, retryOptions }: FunctionMetadata, settings: Settings): Trigger {
  if (retryOptions !== undefined && retryOptions !== null) {
    throw new Error("it has a retry policy, which the local host does not follow");
  }
  const [trigger, ...others] = Object.values(bindings).sort(triggerFirst);
  const unserved = others.find(({ type }) => type.toLowerCase() !== "http");
  if (unserved !== undefined) {
    throw new Error(`it has a binding of type ${unserved.type}; use the service's own client`);
  }
  const parsed = Trigger.safeParse(resolved(trigger, settings));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Error(
      issue?.code === "invalid_union"
        ? `its trigger is of type ${trigger?.type}; timer, queue, blob and http are run here`
        : `its trigger's ${issue?.path.join(".")} is wrong: ${issue?.message}`,
    );
  }
  return parsed.data;
}

function triggerFirst(a: BindingInfo, b: BindingInfo): number {
  return Number(b.type.endsWith("Trigger")) - Number(a.type.endsWith("Trigger"));
}

function resolved(trigger: BindingInfo | undefined, settings: Settings): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(trigger ?? {}).map(([option, value]) => [
      option,
      typeof value === "string"
        ? resolveSettings(value, settings, `its trigger's ${option}`)
        : value,
    ]),
  );
}
