import { z } from "zod";

const count = z.int().nonnegative();

/** Which requests a line of a fault script fits, and how often it acts. */
const occasion = {
  on: z.enum(["account", "list", "read", "any"]),
  type: z.string().optional(),
  /** Reads of this item, or list pages that hold it. */
  id: z.string().optional(),
  /** List requests with a cursor only, or without one only. */
  cursor: z.boolean().optional(),
  /** So many fitting requests are answered well first. */
  skip: count.default(0),
  /** `null` is for ever. */
  times: z.int().positive().nullable().default(1),
};

/** One line of a fault script. The first line that fits a request and has times left acts. */
export const Fault = z.discriminatedUnion("do", [
  z.strictObject({
    ...occasion,
    do: z.literal("status"),
    status: z.int().min(400).max(599),
    retryAfter: z
      .strictObject({ seconds: count, as: z.enum(["seconds", "http-date"]).default("seconds") })
      .optional(),
  }),
  /** Any answer at all: a sign-in page, a redirect, half a JSON document. */
  z.strictObject({
    ...occasion,
    do: z.literal("answer"),
    status: z.int().min(200).max(599),
    headers: z.record(z.string(), z.string()).default({}),
    body: z.string().default(""),
  }),
  z.strictObject({ ...occasion, do: z.literal("wait"), ms: count }),
  /** The connection is reset before a word was said. */
  z.strictObject({ ...occasion, do: z.literal("hang-up") }),

  /** Lists: the size of the named item (or of all) is off by this much. */
  z.strictObject({ ...occasion, do: z.literal("wrong-size"), by: z.int() }),
  /** Lists: `next` is this value, whatever it is. */
  z.strictObject({ ...occasion, do: z.literal("next"), value: z.json() }),
  /** Lists: `next` leads to the very same page. */
  z.strictObject({ ...occasion, do: z.literal("same-page") }),
  /** Lists: the named item (or the first) is there twice. */
  z.strictObject({ ...occasion, do: z.literal("repeat") }),
  /** Lists: this entry is there too, whatever it is. */
  z.strictObject({ ...occasion, do: z.literal("list-also"), entry: z.json() }),
  /** Lists: newest first. */
  z.strictObject({ ...occasion, do: z.literal("reverse") }),

  /** Reads: the connection is reset after so many bytes. */
  z.strictObject({ ...occasion, do: z.literal("reset"), afterBytes: count }),
  /**
   * Reads: fewer bytes than there are, and no reset. `Content-Length` is left
   * out (chunks, cleanly closed), tells the shorter length, or tells the true one.
   */
  z.strictObject({
    ...occasion,
    do: z.literal("end-early"),
    afterBytes: count,
    contentLength: z.enum(["absent", "short", "full"]).default("absent"),
  }),
  /** Reads: pieces of so many bytes with a pause before each. */
  z.strictObject({
    ...occasion,
    do: z.literal("trickle"),
    bytes: z.int().positive(),
    everyMs: count,
  }),
]);
export type Fault = z.infer<typeof Fault>;
/** A fault as a script says it, defaults left out. */
export type FaultLine = z.input<typeof Fault>;

/** What a request is, as far as a fault may ask. */
export interface FaultOccasion {
  readonly on: "account" | "list" | "read";
  readonly type?: string;
  readonly ids: readonly string[];
  readonly hasCursor: boolean;
}

export interface FaultScript {
  /** Throws a `ZodError` that names the line and the field which no fault can have. */
  add(lines: readonly FaultLine[]): void;
  clear(): void;
  /** The fault that acts on this request. Asking uses up one of its times. */
  take(occasion: FaultOccasion): Fault | undefined;
}

export function faultScript(): FaultScript {
  let lines: { fault: Fault; skip: number; left: number }[] = [];

  return {
    add(added) {
      for (const fault of z.array(Fault).parse(added)) {
        lines.push({ fault, skip: fault.skip, left: fault.times ?? Number.POSITIVE_INFINITY });
      }
    },
    clear() {
      lines = [];
    },
    take(asked) {
      for (const line of lines) {
        if (line.left === 0 || !fits(line.fault, asked)) continue;
        if (line.skip > 0) {
          line.skip -= 1;
          continue;
        }
        line.left -= 1;
        return line.fault;
      }
      return undefined;
    },
  };
}

function fits(fault: Fault, { on, type, ids, hasCursor }: FaultOccasion): boolean {
  return (
    (fault.on === "any" || fault.on === on) &&
    (fault.type === undefined || fault.type === type) &&
    (fault.id === undefined || ids.includes(fault.id)) &&
    (fault.cursor === undefined || fault.cursor === hasCursor)
  );
}
