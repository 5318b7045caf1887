import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import type { ContainerClient } from "@azure/storage-blob";
import { type Azurite, startAzurite } from "../../local/azurite.ts";
import { BLOCK_BYTES } from "../../shared/adapters/block-buffers.ts";
import { blobService } from "../../shared/adapters/storage-clients.ts";
import { writeOnce } from "../../shared/adapters/write-once.ts";

let azurite: Azurite;
let container: ContainerClient;

before(async () => {
  azurite = await startAzurite();
  container = blobService({ connectionString: azurite.connectionString }).getContainerClient("raw");
  await container.create();
});
after(() => azurite.stop());

/** No two stretches of it are alike, and no two seeds give the same. */
function bytesOf(size: number, seed: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let at = 0; at + 4 <= size; at += 4)
    bytes.writeUInt32LE((at * 2_654_435_761 + seed) >>> 0, at);
  return bytes;
}

async function* inPieces(bytes: Uint8Array, size: number, failure?: Error) {
  for (let from = 0; from < bytes.byteLength; from += size) {
    yield bytes.subarray(from, from + size);
  }
  if (failure) throw failure;
}

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const blobIn = (name: string): Promise<Buffer> => container.getBlobClient(name).downloadToBuffer();

for (const [size, piece] of [
  [0, 1],
  [1, 1],
  [BLOCK_BYTES - 1, 65_521],
  [BLOCK_BYTES, 65_536],
  [BLOCK_BYTES + 1, 65_521],
  [3 * BLOCK_BYTES, 65_536],
  [3 * BLOCK_BYTES + 5, 5 * 1_048_576],
] as const) {
  test(`${size} bytes in pieces of ${piece} are stored as they came, with their size and SHA-256`, async () => {
    const bytes = bytesOf(size, size);

    const stored = await writeOnce(container, `${size}`, "text/plain", inPieces(bytes, piece));

    assert.deepEqual(stored, { size, sha256: sha256(bytes) });
    assert.ok(bytes.equals(await blobIn(`${size}`)));
  });
}

test("bytes that lie ready are stored as they are, also in several blocks", async () => {
  const bytes = bytesOf(2 * BLOCK_BYTES + 7, 1);

  const stored = await writeOnce(container, "ready", "text/plain", bytes);

  assert.deepEqual(stored, { size: bytes.byteLength, sha256: sha256(bytes) });
  assert.ok(bytes.equals(await blobIn("ready")));
});

test("what is written at the same time or after a failure does not get into each other's blobs", async () => {
  const broken = new Error("broken off");
  const sizes = [10, 70_000, BLOCK_BYTES + 1, 3 * BLOCK_BYTES, 5 * BLOCK_BYTES - 3, 2_000_000];

  for (const round of [1, 2]) {
    await Promise.all(
      sizes.map(async (size, n) => {
        const [name, bytes] = [`${round}-${n}`, bytesOf(size, 100 * round + n)];
        const failing = writeOnce(container, `${name}-not`, "x/y", inPieces(bytes, 65_000, broken));
        await assert.rejects(failing, broken);
        await writeOnce(container, name, "x/y", inPieces(bytes, 65_521));
      }),
    );
  }

  for (const round of [1, 2]) {
    for (const [n, size] of sizes.entries()) {
      const bytes = bytesOf(size, 100 * round + n);
      assert.ok(bytes.equals(await blobIn(`${round}-${n}`)), `${round}-${n}`);
      assert.equal(await container.getBlobClient(`${round}-${n}-not`).exists(), false);
    }
  }
});

test("of two that write the same large blob at once, one wins, and its bytes are whole", async () => {
  const [one, other] = [bytesOf(3 * BLOCK_BYTES, 1), bytesOf(3 * BLOCK_BYTES, 2)];

  const stored = await Promise.all(
    [one, other].map((bytes) => writeOnce(container, "race", "x/y", inPieces(bytes, 65_536))),
  );

  const [won] = stored.filter((it) => it !== undefined);
  assert.equal(stored.filter(Boolean).length, 1);
  assert.equal(won?.sha256, sha256(await blobIn("race")));
});
