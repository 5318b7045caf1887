import type { ItemLine } from "./control-api.ts";
import type { FaultLine } from "./faults.ts";
import type { MediaType } from "./item.ts";
import type { LoggedRequest, RequestCounts } from "./request-log.ts";

/** An item to be put on a running gateway. */
interface NewItem {
  readonly type: string;
  readonly id: string;
  readonly receivedAt: Date;
  readonly mediaType: MediaType;
  /** The bytes themselves, or what to make them of. */
  readonly body: Uint8Array | { readonly seed: number; readonly size: number };
}

/** Directs a running stand-in gateway. Every call throws when the gateway refuses it. */
export interface GatewayControl {
  /**
   * Adds items. Other bytes under a known id are refused, unless `overwrite` says
   * that the contract is to be broken.
   */
  putItems(items: readonly NewItem[], options?: { overwrite?: boolean }): Promise<void>;
  /** Gives an item another received time; its bytes stay. */
  moveItem(type: string, id: string, receivedAt: Date): Promise<void>;
  /** True when there was such an item. */
  removeItem(type: string, id: string): Promise<boolean>;
  /** Adds lines to the script; those that are there come first. */
  addFaults(lines: readonly FaultLine[]): Promise<void>;
  clearFaults(): Promise<void>;
  /** Every cursor that was given out is refused from now on. */
  expireCursors(): Promise<void>;
  /** What was asked of the contract's routes since the start or the last `clearRequests`. */
  requests(): Promise<{ counts: RequestCounts; requests: LoggedRequest[] }>;
  clearRequests(): Promise<void>;
  /** Items and faults as they were at the start, and an empty log. */
  reset(): Promise<void>;
}

export function gatewayControl(url: string): GatewayControl {
  async function ask<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(`${url}/_control/${path}`, { method, ...content });
    if (!response.ok) throw new Error(`${method} /_control/${path}: ${await response.text()}`);
    return response.json() as Promise<Answer>;
  }

  return {
    async putItems(items, { overwrite = false } = {}) {
      const lines = items.map(
        ({ body, receivedAt, ...item }): ItemLine => ({
          ...item,
          receivedAt: receivedAt.toISOString(),
          body:
            body instanceof Uint8Array
              ? { base64: Buffer.from(body).toString("base64") }
              : { synthetic: body },
          overwrite,
        }),
      );
      await ask("POST", "items", lines);
    },
    moveItem: (type, id, receivedAt) => ask("POST", "items/move", { type, id, receivedAt }),
    async removeItem(type, id) {
      const { removed } = await ask<{ removed: boolean }>("POST", "items/remove", { type, id });
      return removed;
    },
    addFaults: (lines) => ask("POST", "faults", lines),
    clearFaults: () => ask("DELETE", "faults"),
    expireCursors: () => ask("POST", "cursors/expire"),
    requests: () => ask("GET", "requests"),
    clearRequests: () => ask("DELETE", "requests"),
    reset: () => ask("POST", "reset"),
  };
}
