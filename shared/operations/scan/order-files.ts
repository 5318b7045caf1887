import type { StoredFiles } from "../../pipeline/ports.ts";
import { gather } from "../../pipeline/streams.ts";

const JSON_TYPE = "application/json";

/**
 * What an order keeps in `reports`: what it was asked (a number must not stand in
 * the order itself), the rows it finds on its way, and the report they become.
 * Under `restricted` wherever a person may be told from it.
 */
export function orderFiles(
  id: string,
  files: StoredFiles,
  { restricted }: { restricted: boolean } = { restricted: true },
) {
  const folder = `${restricted ? "restricted/" : ""}orders/${id}`;
  const read = async (blob: string): Promise<Buffer | undefined> => {
    const file = await files.open({ container: "reports", blob });
    return file && gather(file.chunks);
  };
  const write = (blob: string, type: string, content: string | Uint8Array) =>
    files.replace({ container: "reports", blob }, type, Buffer.from(content));

  return {
    async putAsked(asked: Uint8Array): Promise<void> {
      await write(`${folder}/asked`, "application/octet-stream", asked);
    },
    async asked(): Promise<Buffer> {
      return (await read(`${folder}/asked`)) ?? Buffer.of();
    },
    /** Rows found in one piece of the work; writing a piece again replaces it. */
    async putRows(piece: number, rows: readonly unknown[]): Promise<void> {
      if (rows.length === 0) return;
      const name = `${folder}/rows/${String(piece).padStart(15, "0")}.json`;
      await write(name, JSON_TYPE, JSON.stringify(rows));
    },
    /** Every row found, in the order of pieces. */
    async rows<T>(): Promise<T[]> {
      const found: T[] = [];
      for await (const { blob } of files.list("reports", `${folder}/rows/`)) {
        found.push(...(JSON.parse((await read(blob))?.toString() ?? "[]") as T[]));
      }
      return found;
    },
    /** Writes the report, as JSON and as CSV, and returns its name without the ending. */
    async putReport(rows: readonly unknown[], csv: string): Promise<string> {
      const name = `${restricted ? "restricted/" : ""}orders/${id}`;
      await write(`${name}.json`, JSON_TYPE, JSON.stringify(rows, undefined, 2));
      await write(`${name}.csv`, "text/csv; charset=utf-8", csv);
      return name;
    },
  };
}
