import type { StoredFiles } from "../pipeline/ports.ts";
import { gather } from "../pipeline/streams.ts";

/** A file of the container `config`, and what tells it from the one after it. */
export interface ConfigFile {
  readonly bytes: Buffer;
  readonly etag: string;
}

/** Nothing when there is no such file. */
export async function readConfig(
  blob: string,
  files: StoredFiles,
): Promise<ConfigFile | undefined> {
  const file = await files.open({ container: "config", blob });
  return file && { bytes: await gather(file.chunks), etag: file.etag };
}

/** False, and nothing changed, when the file is no longer the one that was read. */
export function writeConfig(
  blob: string,
  content: string | Uint8Array,
  files: StoredFiles,
  options: { etag?: string } = {},
): Promise<boolean> {
  const type = blob.endsWith(".csv") ? "text/csv; charset=utf-8" : "application/json";
  return files.replace({ container: "config", blob }, type, Buffer.from(content), options);
}
