import { kindOf, stemOf } from "../drop/file-kind.ts";
import type { DropDeps, Patience } from "../drop/files.ts";
import { type DropFile, listAllFiles } from "../drop/storage.ts";
import type { FaultCode } from "../zip/fault.ts";
import { copyFile, copyManifest, copyName } from "./copies.ts";
import { pathIn, type RemoteFile, type SftpSession } from "./session.ts";

/** A collector's lease is a minute; a step is over well before. */
const STEP_MS = 10_000;

export interface CopyDeps extends DropDeps {
  /** On the server. */
  readonly folder: string;
  /** In the drop. */
  readonly prefix: string;
  readonly patience: Patience;
  readonly isDue: (file: RemoteFile) => boolean;
}

/**
 * Copies the ZIPs that are due, oldest first, each with its manifest.
 *
 * False when there is more to copy than there was time. What is due and no ZIP is
 * told of in the reports, once it had time to be finished.
 */
export async function copyWindow(
  session: SftpSession,
  remote: readonly RemoteFile[],
  deps: CopyDeps,
): Promise<boolean> {
  const { container, connector, reports, log, now, folder, prefix, patience } = deps;
  const ageOf = ({ modifiedAt }: RemoteFile): number => now().getTime() - modifiedAt.getTime();
  const quiet = remote.filter((file) => ageOf(file) >= patience.quietMs);
  const due = quiet
    .filter(deps.isDue)
    .sort((a, b) => a.modifiedAt.getTime() - b.modifiedAt.getTime());

  const existing = new Map<string, DropFile>();
  for await (const file of listAllFiles(container, prefix)) existing.set(file.name, file);
  const begun = now().getTime();
  const mayGoOn = (): boolean => now().getTime() - begun < STEP_MS;

  for (const file of due) {
    const code = faultOf(file, remote);
    if (code && ageOf(file) >= patience.unfinishedMs) await tell(file, code);
    if (code || kindOf(file.name) !== "zip") continue;

    const result = await copyZip(file);
    if (result === "unfinished") return false;
    if (result === "changed") log.info("remote file left alone", { connector, code: result });
    else await copyManifests(file);
  }
  return true;

  async function copyZip(file: RemoteFile) {
    const name = prefix + copyName(file);
    if (existing.has(name)) return "copied";
    const blob = container.getBlockBlobClient(name);
    return copyFile(session, pathIn(folder, file.name), file, blob, mayGoOn);
  }

  async function copyManifests(zip: RemoteFile): Promise<void> {
    const beside = `${prefix}${copyName(zip)}`.slice(0, -zip.name.length);
    for (const file of quiet) {
      const isIts = kindOf(file.name) === "manifest" && stemOf(file.name) === stemOf(zip.name);
      if (!isIts || !isSafe(file.name)) continue;
      const name = beside + file.name;
      const there = { container, name, existing: existing.get(name) };
      await copyManifest(session, pathIn(folder, file.name), file, there);
    }
  }

  async function tell(file: RemoteFile, code: FaultCode): Promise<void> {
    const { size, modifiedAt } = file;
    const name = `sftp:${pathIn(folder, file.name)}`;
    const dates = { createdAt: modifiedAt, changedAt: modifiedAt };
    const told = { name, size, etag: copyName(file), ...dates };
    await reports.setAside({ file: told, manifests: [] }, [{ code }]);
  }
}

/** Why a file in the folder is not copied, and an operator must be told. */
function faultOf(file: RemoteFile, remote: readonly RemoteFile[]): FaultCode | undefined {
  if (!isSafe(file.name)) return "unsafe-name";
  const kind = kindOf(file.name);
  if (kind === "zip") return undefined;
  if (kind !== "manifest") return "unknown-kind";
  const stem = stemOf(file.name);
  const hasZip = remote.some(({ name }) => kindOf(name) === "zip" && stemOf(name) === stem);
  return hasZip ? undefined : "zip-missing";
}

/** A server may call a file anything; in a path of ours it must stay a name. */
function isSafe(name: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  return !/[/\\\u0000-\u001f\u007f]/.test(name) && name.length <= 512;
}
