import { RejectedItemError } from "../../domain/errors.ts";
import type { MailFile } from "../../domain/mail-item.ts";
import type { FileInfo, Message } from "../../domain/message.ts";
import { blocksOfChunks } from "./blocks.ts";
import { fileInfos, messageOf, type ReadContext, type Unfit } from "./message-of.ts";
import { partReader } from "./read-parts.ts";
import { type Part, partSplitter } from "./split.ts";
import { partDecoder, type TransferDecoder } from "./transfer.ts";

/** An email that is too large to be held: all of it but the bytes of its files. */
export interface EmlOutline {
  /** Without attachments: they are `files`. */
  readonly message: Message;
  readonly files: readonly OutlinedFile[];
  readonly fit: boolean;
  readonly why?: Unfit;
  /** Of an email that the archive rendered: when the source received the item. */
  readonly receivedAt?: Date;
  /** The attached email that was opened, being the true one of a journal report. */
  readonly opened: number | undefined;
}

export interface OutlinedFile extends MailFile {
  /** Which part of the email it is. */
  readonly part: number;
}

/**
 * Reads an email once, from its first byte to its last, in bounded memory.
 *
 * It gives what `readEml` gives of the same bytes, and throws what that throws.
 * `openEmlFiles` gives the files' bytes, in a second reading.
 */
export async function outlineEml(
  chunks: AsyncIterable<Uint8Array>,
  context: ReadContext,
): Promise<EmlOutline> {
  const reader = partReader({ keepsFiles: false });
  const splitter = partSplitter(reader);
  let isEmpty = true;
  for await (const block of blocksOfChunks(chunks)) {
    isEmpty = false;
    splitter.push(block);
  }
  if (isEmpty) throw new RejectedItemError("malformed", "empty");
  splitter.end();

  const parts = reader.finish();
  const { message, unfit, receivedAt } = messageOf(parts, context);
  const infos = fileInfos(parts.files, message.html);
  const files = parts.files.map(({ part, sha256 }, at) => ({
    ...(infos[at] as FileInfo),
    sha256: sha256(),
    part,
  }));
  return {
    message,
    files,
    fit: unfit === undefined,
    ...(unfit && { why: unfit }),
    ...(receivedAt && { receivedAt }),
    opened: parts.opened,
  };
}

/**
 * The decoded bytes of the outlined files, in their order, in a second reading of
 * the same email. A file that is not read to its end is passed over.
 */
export async function* openEmlFiles(
  chunks: AsyncIterable<Uint8Array>,
  outline: Pick<EmlOutline, "files" | "opened">,
): AsyncGenerator<AsyncIterable<Uint8Array>> {
  const steps = fileSteps(chunks, outline);
  try {
    for (const { part } of outline.files) yield bytesOf(steps, part);
  } finally {
    await steps.return();
  }
}

/** Some decoded bytes of a file, or its end. */
interface FileStep {
  readonly part: number;
  readonly bytes?: Uint8Array;
}

async function* bytesOf(
  steps: AsyncGenerator<FileStep, void, void>,
  part: number,
): AsyncGenerator<Uint8Array> {
  for (;;) {
    const step = await steps.next();
    if (step.done)
      throw new Error(`Part ${part} is missing: the email has changed since it was outlined`);
    if (step.value.part !== part) continue;
    if (!step.value.bytes) return;
    yield step.value.bytes;
  }
}

async function* fileSteps(
  chunks: AsyncIterable<Uint8Array>,
  { files, opened }: Pick<EmlOutline, "files" | "opened">,
): AsyncGenerator<FileStep, void, void> {
  const wanted = new Set(files.map((it) => it.part));
  let steps: FileStep[] = [];
  let decoder: TransferDecoder | undefined;
  let last = -1;
  const add = (part: Part, bytes: Uint8Array | undefined) => {
    if (bytes?.length) steps.push({ part: part.index, bytes });
  };
  const splitter = partSplitter({
    opens: () => last + 1 === opened,
    part(part) {
      last = part.index;
      decoder = wanted.has(part.index) ? partDecoder(part) : undefined;
    },
    bytes(part, bytes) {
      const decoded = decoder?.push(bytes);
      // A copy of what is only lent: whoever reads the file may keep it.
      add(part, decoded === bytes ? Uint8Array.from(bytes) : decoded);
    },
    end(part) {
      add(part, decoder?.end());
      if (decoder) steps.push({ part: part.index });
      decoder = undefined;
    },
  });
  for await (const block of blocksOfChunks(chunks)) {
    splitter.push(block);
    yield* steps;
    steps = [];
  }
  splitter.end();
  yield* steps;
}
