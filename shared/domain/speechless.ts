import { ConfigurationError } from "./errors.ts";

/**
 * An error as a host may log it: its class, its code, and where it was thrown.
 *
 * The Functions host writes the message of whatever a function throws into its
 * log, and from there into telemetry; a parser's message quotes what it could not
 * read, and a client's may name a URL. Only a `ConfigurationError` keeps its
 * message: it names settings and files, never a value, and is for the operator.
 */
export function speechless(error: unknown): Error {
  if (error instanceof ConfigurationError) return error;
  const { name, code, stack } = error instanceof Error ? (error as Coded) : { name: typeof error };
  const word = typeof code === "string" && /^[A-Za-z][\w-]{0,63}$/.test(code) ? ` ${code}` : "";
  const bare = new Error(`${name}${word}`);
  bare.name = name;
  const frames = (stack ?? "").split("\n").filter((line) => FRAME.test(line));
  bare.stack = [bare.message, ...frames].join("\n");
  return bare;
}

/** A place in a file. A line of the message may begin with "at" as well. */
const FRAME = /^ {4}at (?:[^()]* \()?(?:file:\/\/|node:|\/|[A-Z]:\\)[^()]*:\d+:\d+\)?$/;

interface Coded {
  readonly name: string;
  readonly code?: unknown;
  readonly stack?: string;
}
