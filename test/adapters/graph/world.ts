import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { graphControl } from "../../../local/graph/control.ts";
import { readUser } from "../../../local/graph/directory.ts";
import type { GraphOptions } from "../../../local/graph/options.ts";
import { startGraph } from "../../../local/graph/start.ts";
import {
  type GraphClient,
  type GraphRequest,
  graphClient,
} from "../../../shared/adapters/graph/client.ts";
import type { GraphCloud } from "../../../shared/adapters/graph/clouds.ts";
import { graphDirectory } from "../../../shared/adapters/graph/directory.ts";
import { graphMailboxes } from "../../../shared/adapters/graph/mailboxes.ts";
import { graphTraffic } from "../../../shared/adapters/graph/traffic.ts";
import type { Delivery } from "../../../shared/domain/delivery.ts";
import { deliveryKey, internetMessageId, itemKey } from "../../../shared/domain/item-key.ts";
import type { MailFile, MailItem } from "../../../shared/domain/mail-item.ts";
import { faultsOf } from "../../contracts/graph-slice.ts";
import { memoryGates, memoryLog, nine } from "../../fakes/world.ts";

export const ANN = "a0000000-0000-4000-8000-000000000001";
export const BOB = "b0000000-0000-4000-8000-000000000002";

/**
 * A stand-in with mailboxes, and processes that import into it. All share the
 * mailboxes, the clock and the gates; a process remembers nothing of another.
 * When the test ends, every request must have been one that Microsoft publishes.
 */
export async function graphWorld(
  t: TestContext,
  { realTime = false, ...options }: GraphOptions & { realTime?: boolean } = {},
) {
  const clock = { now: nine };
  const now = () => (realTime ? new Date() : clock.now);
  const users = [
    readUser({ id: ANN, userPrincipalName: "ann@contoso.com" }, "ann"),
    readUser({ id: BOB, userPrincipalName: "bob@contoso.com" }, "bob"),
  ];
  const running = await startGraph({ users, now, ...options });
  const gates = memoryGates();
  const requests: GraphRequest[] = [];
  t.after(async () => {
    await running.stop();
    assert.deepEqual(requests.flatMap(faultsOf), []);
  });

  function pass(ms: number): void {
    clock.now = new Date(clock.now.getTime() + ms);
  }

  return {
    url: running.url,
    control: graphControl(running.url),
    clock,
    /** Moves the clock that all share. */
    pass,
    gates,
    process({
      cloud = "global" as GraphCloud,
      token = "token",
      /** What lies between the process and Graph. */
      through = (inner: GraphClient): GraphClient => inner,
    } = {}) {
      const log = memoryLog();
      const slept: number[] = [];
      const client = recording(
        through(graphClient({ baseUrl: running.url, token: async () => token, now })),
        requests,
      );
      const traffic = graphTraffic({
        client,
        gates,
        log,
        now,
        random: () => 0.5,
        // Time passes for all by the clock; a moment of it is real, so that others get their turn.
        async sleep(ms, signal) {
          await pause(realTime ? ms : 1, undefined, { ...(signal && { signal }) });
          slept.push(ms);
          pass(ms);
        },
      });
      return {
        log,
        slept,
        traffic,
        client,
        directory: graphDirectory(traffic),
        mailboxes: graphMailboxes(traffic, { cloud }),
      };
    },
  };
}

function recording(client: GraphClient, requests: GraphRequest[]): GraphClient {
  return {
    baseUrl: client.baseUrl,
    send(request) {
      requests.push(request);
      return client.send(request);
    },
  };
}

export const delivery = (id: string, mailbox = ANN): Delivery => ({
  itemKey: itemKey("wechat", id),
  mailbox,
});

/** An item as conversion makes it, with files made of chunks of 64 KiB. */
export function mailItem(
  to: Delivery,
  change: Partial<MailItem> = {},
  files: TestFile[] = [],
): MailItem {
  return {
    folder: { name: "WeChat Archiver", parent: "root" },
    category: "WeChat",
    itemClass: "IPM.Note",
    internetMessageId: internetMessageId(to),
    key: deliveryKey(to),
    subject: "WeChat message from Ann",
    body: { type: "html", content: "<p>你好 🎉</p>" },
    from: { name: "Ann", address: "ann@contoso.com" },
    to: [{ name: "Bob", address: "bob@contoso.com" }],
    at: new Date("2026-03-04T05:06:07Z"),
    headers: [],
    files: files.map(({ info }) => info),
    async *openFiles() {
      for (const file of files) {
        yield file.open();
      }
    },
    ...change,
  };
}

export interface TestFile {
  readonly info: MailFile;
  open(): AsyncIterable<Uint8Array>;
}

const CHUNK = 65_536;

/** A file of the size, of bytes that depend on its name; made as it is read, and never held whole. */
export function testFile(name: string, size: number, change: Partial<MailFile> = {}): TestFile {
  const hash = createHash("sha256");
  for (const chunk of bytes(name, size)) hash.update(chunk);
  return {
    info: {
      name,
      contentType: "application/octet-stream",
      size,
      inline: false,
      sha256: hash.digest("hex"),
      ...change,
    },
    async *open() {
      yield* bytes(name, size);
    },
  };
}

function* bytes(seed: string, size: number): Generator<Uint8Array> {
  const block = createHash("shake128", { outputLength: CHUNK }).update(seed).digest();
  for (let at = 0; at < size; at += CHUNK) {
    const chunk = Buffer.from(block.subarray(0, Math.min(CHUNK, size - at)));
    // Else two blocks that change places would not be noticed.
    if (chunk.length >= 4) chunk.writeUInt32LE(at / CHUNK);
    yield chunk;
  }
}
