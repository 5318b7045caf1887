import { writeItemDirectory } from "../gateway/item-directory.ts";
import type { Traffic } from "./traffic.ts";

/** Lays the items of a day out in a directory for the stand-in gateway's `--items`. */
export async function writeTraffic(directory: string, { items }: Traffic): Promise<void> {
  await writeItemDirectory(
    directory,
    items.map(({ bytes, ...item }) => ({ ...item, body: { kind: "bytes", bytes } as const })),
  );
}
