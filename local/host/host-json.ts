import { existsSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { LOG_LEVELS } from "./log.ts";

/** Milliseconds of a .NET time span: `00:01:00`, `1.00:00:00`. */
const TimeSpan = z
  .string()
  .regex(/^(\d+\.)?\d\d?:\d\d:\d\d(\.\d+)?$/, "expected a time span such as 00:01:00")
  .transform((text) => {
    const [, days = "0", hours = "0", minutes = "0", seconds = "0"] =
      /^(?:(\d+)\.)?(\d+):(\d+):(\d+(?:\.\d+)?)$/.exec(text) ?? [];
    return (
      (((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000
    );
  });

const Level = z.string().toLowerCase().pipe(z.enum(LOG_LEVELS));

const Queues = z.object({
  batchSize: z.int().min(1).max(32).default(16),
  newBatchThreshold: z.int().min(0).optional(),
  maxDequeueCount: z.int().min(1).default(5),
  visibilityTimeout: TimeSpan.default(0),
  messageEncoding: z
    .string()
    .toLowerCase()
    .pipe(z.enum(["base64", "none"]))
    .default("base64"),
});

const Blobs = z.object({
  maxDegreeOfParallelism: z.int().min(1).optional(),
  poisonBlobThreshold: z.int().min(1).default(5),
});

const HostJson = z.object({
  version: z.literal("2.0"),
  functionTimeout: z.union([z.literal("-1"), TimeSpan]).default(30 * 60_000),
  logging: z
    .object({ logLevel: z.record(z.string(), Level).default({}) })
    .default({ logLevel: {} }),
  extensions: z
    .object({
      queues: Queues.default(Queues.parse({})),
      blobs: Blobs.default(Blobs.parse({})),
      http: z.object({ routePrefix: z.string().default("api") }).default({ routePrefix: "api" }),
    })
    .prefault({}),
});

/** What host.json sets, with the host's own defaults. Times are in milliseconds. */
export type HostSettings = ReturnType<typeof hostSettings>;

/**
 * Reads host.json's content; parts the local host has no use for are passed over.
 *
 * Throws one error that names every wrong field.
 */
export function hostSettings(hostJson: unknown) {
  const parsed = HostJson.safeParse(hostJson);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
    throw new Error(`host.json is wrong:\n  ${faults.join("\n  ")}`);
  }
  const { functionTimeout, logging, extensions } = parsed.data;
  const { queues, blobs, http } = extensions;
  const cores = availableParallelism();
  return {
    functionTimeoutMs: functionTimeout === "-1" ? Number.POSITIVE_INFINITY : functionTimeout,
    logLevels: logging.logLevel,
    routePrefix: http.routePrefix,
    queues: {
      batchSize: queues.batchSize,
      newBatchThreshold: queues.newBatchThreshold ?? Math.floor(queues.batchSize / 2) * cores,
      maxDequeueCount: queues.maxDequeueCount,
      visibilityTimeoutMs: queues.visibilityTimeout,
      messageEncoding: queues.messageEncoding,
    },
    blobs: {
      maxDegreeOfParallelism: blobs.maxDegreeOfParallelism ?? 8 * cores,
      poisonBlobThreshold: blobs.poisonBlobThreshold,
    },
  };
}

/** The content of the app's host.json. Throws when it is not there or not JSON. */
export function readHostJson(appRoot: string): unknown {
  const path = join(appRoot, "host.json");
  if (!existsSync(path)) {
    throw new Error(`${path} is missing; a function app has one beside its package.json.`);
  }
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    throw new Error(
      `${path} is not valid JSON; the Functions host takes no comments in it either.`,
    );
  }
}
