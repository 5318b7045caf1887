import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import type { User } from "./directory.ts";
import type { StoredFolder, StoredMessage } from "./mailbox.ts";

/** One change to what the stand-in keeps. The last entry about a thing holds. */
export type Change =
  | { readonly kind: "user"; readonly user: User }
  | { readonly kind: "user-removed"; readonly id: string }
  | { readonly kind: "folder"; readonly mailbox: string; readonly folder: StoredFolder }
  | { readonly kind: "folder-removed"; readonly mailbox: string; readonly id: string }
  | { readonly kind: "message"; readonly mailbox: string; readonly message: StoredMessage }
  | { readonly kind: "message-removed"; readonly mailbox: string; readonly id: string }
  | { readonly kind: "emptied" };

export interface Journal {
  write(change: Change): void;
  close(): void;
}

export const noJournal: Journal = { write: () => {}, close: () => {} };

/** The changes written so far, oldest first. A torn last line, of a stand-in that was killed, is left out. */
export function readJournal(file: string): Change[] {
  if (!existsSync(file)) {
    return [];
  }
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.slice(0, -1).map((line) => JSON.parse(line) as Change);
}

/**
 * A journal that begins with what is kept now and grows by a line a change.
 *
 * A line is written before the answer leaves: whatever a client was told is
 * there after a restart, even when the stand-in was killed.
 */
export function fileJournal(file: string, kept: Iterable<Change>): Journal {
  mkdirSync(dirname(file), { recursive: true });
  const compacted = `${file}.new`;
  writeFileSync(compacted, "");
  const rewriting = openSync(compacted, "a");
  for (const change of kept) {
    writeSync(rewriting, `${JSON.stringify(change)}\n`);
  }
  closeSync(rewriting);
  renameSync(compacted, file);
  const appending = openSync(file, "a");
  return {
    write: (change) => {
      writeSync(appending, `${JSON.stringify(change)}\n`);
    },
    close: () => closeSync(appending),
  };
}
