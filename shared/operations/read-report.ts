import type { StoredFiles } from "../pipeline/ports.ts";
import { gather } from "../pipeline/streams.ts";

/** A file of the container `reports`; nothing when there is none of that name. */
export async function readReport(blob: string, files: StoredFiles): Promise<Buffer | undefined> {
  const file = await files.open({ container: "reports", blob });
  return file && gather(file.chunks);
}
