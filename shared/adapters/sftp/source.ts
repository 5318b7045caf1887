import { z } from "zod";
import type { Window } from "../../domain/window.ts";
import type { SftpSource } from "../../pipeline/connector.ts";
import type { Source } from "../../pipeline/ports.ts";
import { readCursor, writeCursor } from "../cursor.ts";
import { type DropDeps, dropFiles, dropPatience } from "../drop/files.ts";
import type { DropFile } from "../drop/storage.ts";
import type { Outbound } from "../outbound.ts";
import { copyName, modifiedAtOf } from "./copies.ts";
import { copyWindow } from "./copy-window.ts";
import type { SftpMemory } from "./memory.ts";
import {
  type RemoteFile,
  type SftpCredentials,
  type SftpTimeouts,
  withSession,
} from "./session.ts";

/** A new connector's first window reaches back so far; what is older was there before it. */
const FIRST_LOOK_MS = 24 * 3_600_000;

/** First the files of a window are copied, then the copies are listed. */
const SftpCursor = z.discriminatedUnion("phase", [
  z.strictObject({ phase: z.literal("copy") }),
  z.strictObject({ phase: z.literal("list"), drop: z.string().optional() }),
]);

/**
 * TeleMessage's published bulk delivery: ZIPs in a folder of an SFTP server.
 *
 * Each is copied to the drop (`{connector}/`, block by block, resumable) and taken
 * there: the app's own disk could not hold one. Nothing is changed on the server.
 *
 * A window holds the ZIPs that were last changed in it, and those of which that
 * time is older and which were never taken (`SftpMemory`).
 */
export function sftpSource(
  config: SftpSource,
  deps: DropDeps & {
    credentials: SftpCredentials;
    outbound: Outbound;
    memory: SftpMemory;
    timeouts?: SftpTimeouts;
  },
): Source {
  const { connector, memory, now, patience = dropPatience } = deps;
  const prefix = `${connector}/`;
  let isLate: (copy: string) => boolean = () => false;

  const isDue = (copy: string, { from, until }: Window): boolean => {
    const at = modifiedAtOf(copy);
    return at !== undefined && at < until && (at >= from || isLate(copy));
  };
  const copyOf = ({ name }: DropFile): string => name.slice(prefix.length);

  const copies = dropFiles(
    // A copy is whole from its first moment on; the server's file was quiet before it was copied.
    { ...deps, patience: { ...patience, quietMs: 0 } },
    {
      prefix,
      isInWindow: (file, window) => isDue(copyOf(file), window),
      receivedAt: (file) => modifiedAtOf(copyOf(file)) ?? file.createdAt,
      zipTaken: (blob) => memory.setTaken(blob.slice(prefix.length)),
    },
  );

  const place = (at: z.infer<typeof SftpCursor>): string => writeCursor(at);

  return {
    async test() {
      await withSession(config, deps, (session) => session.list(config.path));
    },

    async list(window, text) {
      const cursor = readCursor(SftpCursor, text) ?? { phase: "copy" };
      if (cursor.phase === "copy") {
        const isDone = await copy(window);
        return { items: [], next: place({ phase: isDone ? "list" : "copy" }) };
      }
      await remember();
      const { items, next } = await copies.list(window, cursor.drop);
      return { items, ...(next && { next: place({ phase: "list", drop: next }) }) };
    },

    read: copies.read,
  };

  function copy(window: Window): Promise<boolean> {
    return withSession(config, deps, async (session) => {
      const remote = await session.list(config.path);
      await remember(remote);
      return copyWindow(session, remote, {
        ...deps,
        folder: config.path,
        prefix,
        patience,
        isDue: (file) => isDue(copyName(file), window),
      });
    });
  }

  /** Learns which files are late: neither taken, nor there before the connector began. */
  async function remember(remote?: readonly RemoteFile[]): Promise<void> {
    const old = now().getTime() - FIRST_LOOK_MS;
    const firstLook = remote?.filter((file) => file.modifiedAt.getTime() < old).map(copyName);
    const [taken, before] = await Promise.all([memory.taken(), memory.before(firstLook)]);
    isLate = (copy) => !taken.has(copy) && !before.has(copy);
  }
}
