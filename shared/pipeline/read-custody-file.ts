import { createHash, type Hash } from "node:crypto";
import type { z } from "zod";
import { CustodyHeader, CustodyLine } from "./custody-file.ts";
import type { Chunks, StoredFiles } from "./ports.ts";

export interface ReadCustodyFile {
  readonly header: CustodyHeader;
  /** Lines that are JSON of the right shape; the others are told by their number, the header's being 1. */
  readonly lines: AsyncIterable<CustodyLine | { readonly unreadable: number }>;
  /** Of the whole file, once the lines were read to their end. */
  sha256(): string;
}

/** Reads a custody file; nothing when it is not there. Throws when its first line is no header. */
export async function readCustodyFile(
  blob: string,
  files: StoredFiles,
): Promise<ReadCustodyFile | undefined> {
  const file = await files.open({ container: "custody", blob });
  if (!file) return undefined;
  const hash = createHash("sha256");
  const lines = linesOf(hashing(file.chunks, hash));
  const first = await lines.next();
  const header = parsed(CustodyHeader, first.done ? "" : first.value);
  if (!header) throw new CustodyHeaderError(blob);
  return { header, lines: itemLines(lines), sha256: () => hash.copy().digest("hex") };
}

/** The file's first line is not what was sealed. */
export class CustodyHeaderError extends Error {
  override readonly name = "CustodyHeaderError";

  constructor(blob: string) {
    super(`custody/${blob}: the first line is no header of a custody file`);
  }
}

async function* itemLines(
  lines: AsyncIterable<string>,
): AsyncGenerator<CustodyLine | { unreadable: number }> {
  let number = 1;
  for await (const line of lines) {
    number += 1;
    yield parsed(CustodyLine, line) ?? { unreadable: number };
  }
}

async function* hashing(chunks: Chunks, hash: Hash): Chunks {
  for await (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
}

/** Split at line feeds alone: `readline` also splits at U+2028, which JSON leaves as it is. */
async function* linesOf(chunks: Chunks): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest !== "") yield rest;
}

function parsed<T>(schema: z.ZodType<T>, line: string): T | undefined {
  try {
    return schema.parse(JSON.parse(line));
  } catch {
    // Not what was sealed: the caller names the place.
    return undefined;
  }
}
