import { leaseRow } from "./lease.ts";
import type { CustodyChains, SealedFile } from "./ports.ts";
import type { StoredRow, Table } from "./table.ts";

const ROW = "custody";

/**
 * The ends of the chains of custody files, over the table `Checkpoints`: one row a
 * connector. Two hosts that each added a file after the same one would fork the
 * chain, and neither branch could be told from a forgery.
 */
export function tableCustodyChains(table: Table, now: () => Date): CustodyChains {
  return {
    async lease(connector) {
      const lease = await leaseRow(table, connector, ROW, { now });
      if (!lease) return undefined;
      const { sealing } = lease.cells;
      return {
        head: headOf(lease.cells),
        ...(sealing && { sealing: String(sealing) }),
        keep: lease.keep,
        begin: (runId) => lease.save({ sealing: runId }),
        async finish({ sequence, blob, sha256 }) {
          await lease.save({ sequence, blob, sha256, sealing: null });
        },
        release: lease.release,
      };
    },
  };
}

function headOf({ sequence, blob, sha256 }: StoredRow["cells"]): SealedFile | "lost" {
  if (!blob) return "lost";
  return { sequence: Number(sequence), blob: String(blob), sha256: String(sha256) };
}
