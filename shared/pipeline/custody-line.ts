import type { CustodyHeader, CustodyLine } from "./custody-file.ts";
import { type HistoryPorts, type ItemHistory, itemHistory } from "./item-history.ts";
import type { Run, RunItem, SealedFile } from "./ports.ts";

export function custodyHeader(
  run: Run,
  { sealedAt, previous }: { sealedAt: Date; previous: SealedFile | undefined },
): CustodyHeader {
  const { connector, runId, kind, window, openedAt, closedAt, fromSource, tally } = run;
  return {
    v: 1,
    connector,
    runId,
    kind,
    window,
    openedAt,
    closedAt: closedAt ?? sealedAt,
    sealedAt,
    fromSource,
    tally,
    sequence: (previous?.sequence ?? 0) + 1,
    previous: previous ? { blob: previous.blob, sha256: previous.sha256 } : null,
  };
}

/** What a run's custody file says of one of its items. */
export async function custodyLine(
  { itemKey, tally }: RunItem,
  runId: string,
  ports: HistoryPorts,
): Promise<CustodyLine> {
  const bare = { itemKey, tally, again: [], deliveries: [], actions: [] };
  const item = await ports.ledger.item(itemKey);
  // The source listed it and never gave it; an operator gave it up.
  if (!item) return { ...bare, actions: [...(await ports.ledger.actions(itemKey))] };
  if (item.runId !== runId) return { ...bare, countedBy: item.runId };
  return { itemKey, tally, ...told(await itemHistory(item, ports)) };
}

function told({ item, again, mappedBy, deliveries, actions }: ItemHistory) {
  const { sourceItemId, receivedAt, mediaType, traceparent } = item;
  const { collectedAt, size, sha256, raw, receipt } = item;
  const { state, email, mailboxes, sameElsewhere, filesLeftOut, convertedAt, emailSha256 } = item;
  return {
    received: { sourceItemId, at: receivedAt, mediaType, traceparent },
    stored: { at: collectedAt, size, sha256, raw, receipt },
    again: again.map((it) => ({ ...it, at: new Date(it.at) })),
    ...(state === "converted" &&
      email && {
        converted: {
          email,
          mappedBy: mappedBy.map(({ mailbox, rule, row }) => ({
            mailbox,
            rule,
            ...(row !== undefined && { row }),
          })),
          mailboxes: [...mailboxes],
          sameElsewhere,
          filesLeftOut,
          ...(convertedAt && { at: convertedAt }),
          ...(emailSha256 !== undefined && { sha256: emailSha256 }),
        },
      }),
    ...(state === "rejected" && {
      rejected: {
        code: item.code ?? ("tries-exhausted" as const),
        detail: item.detail ?? "",
        at: item.changedAt,
      },
    }),
    deliveries: deliveries.map((row) => ({
      mailbox: row.mailbox,
      runId: row.runId,
      outcome: row.state === "imported" || row.state === "rejected" ? row.state : "pending",
      at: row.importedAt ?? row.changedAt,
      internetMessageId: row.internetMessageId,
      ...(row.mailboxItemId !== undefined && { mailboxItemId: row.mailboxItemId }),
      ...(row.reduced !== undefined && { reduced: row.reduced }),
      ...(row.code !== undefined && { code: row.code }),
      ...(row.detail !== undefined && { detail: row.detail }),
    })),
    actions: [...actions],
  } satisfies Partial<CustodyLine>;
}
