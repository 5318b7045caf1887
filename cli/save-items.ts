import { createHash } from "node:crypto";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Client, path } from "./client.ts";
import { CommandError, exitCodes } from "./io.ts";
import { type Cell, safe } from "./output.ts";
import type { Context } from "./program.ts";
import { progressLine } from "./wait.ts";

export interface Saved {
  readonly items: number;
  readonly bytes: number;
  readonly folder: string;
}

/**
 * Saves items into a folder: their content, and `{item}.custody.json` with all that
 * is on record of each; `index.csv` lists them with size and SHA-256.
 *
 * Every file is held against the hash on record. One that differs ends the export
 * with its name: an export that is almost right is none.
 */
export async function saveItems(
  keys: readonly string[],
  { to, token, contents }: { to: string; token: string; contents: readonly What[] },
  { client, io }: Pick<Context, "client" | "io">,
): Promise<Saved> {
  await mkdir(to, { recursive: true });
  const line = progressLine(io);
  const index: Cell[][] = [["item", "file", "bytes", "sha256", "note"]];
  let bytes = 0;
  for (const [n, key] of keys.entries()) {
    line.show(`${n} of ${keys.length} items saved`);
    for (const file of await filesOf(key, contents, token, client)) {
      const name = `${key}${file.what === "raw" ? ".raw" : ""}.${file.extension}`;
      await save(join(to, name), file.bytes);
      bytes += file.bytes.byteLength;
      index.push([key, name, file.bytes.byteLength, file.sha256, file.note]);
    }
    const history = await client.json({ path: path("items", key) });
    await save(join(to, `${key}.custody.json`), Buffer.from(JSON.stringify(history, undefined, 2)));
  }
  await save(
    join(to, "index.csv"),
    Buffer.from(`${index.map((row) => row.join(",")).join("\r\n")}\r\n`),
  );
  line.end();
  return { items: keys.length, bytes, folder: to };
}

/** An item that no email can be made of (encrypted, cut short) is saved raw in its place: it belongs to the export. */
async function filesOf(
  key: string,
  contents: readonly What[],
  token: string,
  client: Client,
): Promise<SavedFile[]> {
  const files: SavedFile[] = [];
  for (const what of contents) {
    try {
      files.push(await download(key, what, token, client));
    } catch (error) {
      if (!(error instanceof CommandError) || error.status !== 409) throw error;
      if (contents.includes("raw")) continue;
      const raw = await download(key, "raw", token, client);
      files.push({ ...raw, note: "cannot be shown as an email" });
    }
  }
  return files;
}

type What = "email" | "raw";

interface SavedFile {
  readonly what: What;
  readonly bytes: Buffer;
  readonly sha256: string;
  readonly extension: "eml" | "json";
  readonly note: string;
}

async function download(
  key: string,
  what: What,
  token: string,
  client: Client,
): Promise<SavedFile> {
  const parts: Buffer[] = [];
  let size = Number.POSITIVE_INFINITY;
  let from = 0;
  let onRecord: string | undefined;
  let extension: SavedFile["extension"] = "eml";
  while (from < size) {
    const answer = await client.ask({
      path: path("items", key, what),
      headers: { "x-archive-export": token, range: `bytes=${from}-` },
    });
    parts.push(answer.bytes);
    from += answer.bytes.byteLength;
    size = Number(/\/(\d+)$/.exec(answer.headers.get("content-range") ?? "")?.[1] ?? from);
    onRecord = answer.headers.get("x-archive-sha256") ?? undefined;
    extension = answer.headers.get("x-archive-extension") === "json" ? "json" : "eml";
    if (answer.bytes.byteLength === 0) break;
  }
  const bytes = Buffer.concat(parts);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  if (onRecord !== undefined && onRecord !== sha256) {
    throw new CommandError(
      exitCodes.no,
      `${safe(key)}: the ${what} does not have the SHA-256 on record. Run: archiver verify`,
    );
  }
  const note = onRecord === undefined ? "rendered anew" : "";
  return { what, bytes, sha256, extension, note };
}

/** Under its name only once it is whole. */
async function save(file: string, bytes: Uint8Array): Promise<void> {
  await writeFile(`${file}.part`, bytes);
  await rename(`${file}.part`, file);
}
