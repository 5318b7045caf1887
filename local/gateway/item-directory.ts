import { createReadStream } from "node:fs";
import { mkdir, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";
import { type Item, mediaTypes } from "./item.ts";

const INDEX = "items.jsonl";

/** One line of the index. Files are numbered: an id may be no file name at all. */
const Line = z.strictObject({
  type: z.string(),
  id: z.string(),
  receivedAt: z.iso.datetime(),
  mediaType: z.enum(mediaTypes),
  body: z.union([
    z.strictObject({ file: z.string().regex(/^bodies\/[\w.-]+$/) }),
    z.strictObject({ synthetic: z.strictObject({ seed: z.number(), size: z.int() }) }),
  ]),
});
type Line = z.infer<typeof Line>;

/** Lays items out for `--items`: `items.jsonl` and, for those that have bytes, `bodies/`. */
export async function writeItemDirectory(directory: string, items: Iterable<Item>): Promise<void> {
  await mkdir(join(directory, "bodies"), { recursive: true });
  const lines: string[] = [];
  for (const { type, id, receivedAt, mediaType, body } of items) {
    const name = String(lines.length + 1).padStart(6, "0");
    const file = `bodies/${name}.${mediaType === "application/json" ? "json" : "eml"}`;
    const line: Line = {
      type,
      id,
      receivedAt: receivedAt.toISOString(),
      mediaType,
      body:
        body.kind === "synthetic" ? { synthetic: { seed: body.seed, size: body.size } } : { file },
    };
    if (body.kind === "file") throw new TypeError(`Item ${id} lies in a directory already`);
    if (body.kind === "bytes") await writeFile(join(directory, file), body.bytes);
    lines.push(`${JSON.stringify(line)}\n`);
  }
  await writeFile(join(directory, INDEX), lines.join(""));
}

/** Reads what `writeItemDirectory` left. A wrong line is named by its number. */
export async function readItemDirectory(directory: string): Promise<Item[]> {
  const items: Item[] = [];
  const path = join(directory, INDEX);
  for await (const text of createInterface({ input: createReadStream(path) })) {
    const parsed = Line.safeParse(parseJson(text));
    if (!parsed.success) {
      throw new Error(`${path}:${items.length + 1}: ${z.prettifyError(parsed.error)}`);
    }
    const { body, receivedAt, ...rest } = parsed.data;
    items.push({
      ...rest,
      receivedAt: new Date(receivedAt),
      body:
        "synthetic" in body
          ? { kind: "synthetic", ...body.synthetic }
          : await fileBody(resolve(directory, body.file)),
    });
  }
  return items;
}

async function fileBody(path: string): Promise<Item["body"]> {
  return { kind: "file", path, size: (await stat(path)).size };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
