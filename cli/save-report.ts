import { writeFile } from "node:fs/promises";
import type { Context } from "./program.ts";

/** Saves what a route answers as CSV, and says where; nothing when no file is named. */
export async function saveCsv(
  file: string | undefined,
  path: string,
  { client, out }: Pick<Context, "client" | "out">,
): Promise<boolean> {
  if (file === undefined) return false;
  await writeFile(file, (await client.ask({ path, query: { format: "csv" } })).bytes);
  out.note(`Written: ${file}`);
  return true;
}
