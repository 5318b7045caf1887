import assert from "node:assert/strict";
import { test } from "node:test";
import type { ContainerClient } from "@azure/storage-blob";
import type { DropReports } from "../../../shared/adapters/drop/reports.ts";
import type { DropFile } from "../../../shared/adapters/drop/storage.ts";
import { type ZipStep, zipTaker } from "../../../shared/adapters/drop/take-zip.ts";
import { openArchive } from "../../../shared/adapters/zip/archive.ts";
import { zipLimits } from "../../../shared/adapters/zip/entry-faults.ts";
import { RangeReader } from "../../../shared/adapters/zip/range-reader.ts";
import { largeZip } from "../zip/large-zip.ts";

const MIB = 1_048_576;

test("a ZIP of more than 4 GB is checked and listed in bounded memory and requests", async () => {
  const { size, read, ids } = largeZip({ files: 430, fileBytes: 10 * MIB });
  let requests = 0;
  const counted = (start: number, length: number) => {
    requests += 1;
    return read(start, length);
  };
  const archive = openArchive(new RangeReader(counted, size, { mostBlocks: 16 }));
  const taker = zipTaker({
    container: {} as ContainerClient,
    archiveOf: () => archive,
    reports: noReports,
    log: { info: assert.fail, warn: assert.fail, error: assert.fail },
    connector: "wechat",
    limits: zipLimits,
    receivedAt: ({ createdAt }) => createdAt,
    isYoung: () => false,
  });
  const at = new Date("2026-01-31T05:00:00Z");
  const file: DropFile = { name: "x.zip", size, etag: "1", createdAt: at, changedAt: at };
  const examined = { file, manifests: [] };
  const budget = { bytes: 256 * MIB, items: 100, isSpent: () => false };

  const before = process.memoryUsage().rss;
  let highest = 0;
  const found: string[] = [];
  let step: ZipStep | undefined = await taker.begin(examined, budget);
  let steps = 1;
  for (; ; steps += 1) {
    assert.ok(step, "the ZIP was not taken");
    found.push(...step.items.map(({ id }) => id));
    highest = Math.max(highest, process.memoryUsage().rss - before);
    if (!step.next) break;
    step = await taker.goOn(examined, step.next, budget);
  }

  assert.ok(size > 4_294_967_296, "beyond 32 bits");
  assert.deepEqual(found, ids);
  assert.ok(steps > 16, `${steps} steps: each call must end long before the lease does`);
  assert.ok(highest < 300 * MIB, `${Math.round(highest / MIB)} MB more than before`);
  assert.ok(requests < size / MIB, `${requests} requests`);
});

const noReports: DropReports = {
  isSetAside: async () => false,
  setAside: async (_examined, faults) => assert.fail(JSON.stringify(faults)),
  noteManifestLines: async () => assert.fail("manifest lines"),
};
