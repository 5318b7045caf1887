import assert from "node:assert/strict";
import { test } from "node:test";
import { sha256 } from "../../shared/domain/item-key.ts";
import type { Chunks, StoredFiles } from "../../shared/pipeline/ports.ts";
import { gather } from "../../shared/pipeline/streams.ts";

async function* chunks(...parts: string[]): Chunks {
  for (const part of parts) yield Buffer.from(part);
}

/** What files must do, in memory and in Azure alike. */
export function storedFilesContract(name: string, open: () => Promise<StoredFiles>): void {
  const read = async (files: StoredFiles, blob: string) => {
    const file = await files.open({ container: "reports", blob });
    return file && (await gather(file.chunks)).toString();
  };

  test(`${name}: a file is written once; who comes second changes nothing`, async () => {
    const files = await open();
    const pointer = { container: "reports", blob: "once/a.txt" };

    const first = await files.writeOnce(pointer, "text/plain", chunks("first ", "bytes"));
    const second = await files.writeOnce(pointer, "text/plain", chunks("other bytes"));

    assert.deepEqual(first, { size: 11, sha256: sha256("first bytes") });
    assert.equal(second, undefined);
    assert.equal(await read(files, "once/a.txt"), "first bytes");
  });

  test(`${name}: of two that write a file at once, one is told that it did`, async () => {
    const files = await open();
    const pointer = { container: "reports", blob: "once/raced.txt" };

    const told = await Promise.all(
      ["one", "other"].map((text) => files.writeOnce(pointer, "text/plain", chunks(text))),
    );

    assert.equal(told.filter((it) => it !== undefined).length, 1);
  });

  test(`${name}: a file is replaced only while it is the one that was read`, async () => {
    const files = await open();
    const pointer = { container: "reports", blob: "replaced/a.txt" };
    await files.replace(pointer, "text/plain", Buffer.from("one"));
    const etag = (await files.open(pointer))?.etag ?? "";

    const replaced = await files.replace(pointer, "text/plain", Buffer.from("two"), { etag });
    const late = await files.replace(pointer, "text/plain", Buffer.from("three"), { etag });

    assert.deepEqual([replaced, late], [true, false]);
    assert.equal(await read(files, "replaced/a.txt"), "two");
  });

  test(`${name}: files are listed by their prefix, in the order of their names`, async () => {
    const files = await open();
    for (const blob of ["listed/b.txt", "listed/a.txt", "other/c.txt"]) {
      await files.replace({ container: "reports", blob }, "text/plain", Buffer.from("12345"));
    }

    const listed: { blob: string; size: number }[] = [];
    for await (const file of files.list("reports", "listed/")) listed.push(file);

    assert.deepEqual(listed, [
      { blob: "listed/a.txt", size: 5 },
      { blob: "listed/b.txt", size: 5 },
    ]);
  });

  test(`${name}: a part of a file is read without the rest, which still tells the whole size`, async () => {
    const files = await open();
    const pointer = { container: "reports", blob: "part.txt" };
    await files.replace(pointer, "text/plain", Buffer.from("0123456789"));

    const part = await files.open(pointer, { from: 3, bytes: 4 });

    assert.equal(part?.size, 10);
    assert.equal(part && (await gather(part.chunks)).toString(), "3456");
  });

  test(`${name}: behind the end of a file there is nothing, and of an empty one nothing at all`, async () => {
    const files = await open();
    for (const [blob, content] of [
      ["empty.txt", ""],
      ["short.txt", "12345"],
    ] as const) {
      const pointer = { container: "reports", blob };
      await files.replace(pointer, "text/plain", Buffer.from(content));

      const part = await files.open(pointer, { from: content.length, bytes: 4 });

      assert.equal(part?.size, content.length);
      assert.equal(part && (await gather(part.chunks)).byteLength, 0);
    }
  });

  test(`${name}: a file that is not there is told apart from one that cannot be read`, async () => {
    const files = await open();

    assert.equal(await files.open({ container: "reports", blob: "none.txt" }), undefined);
  });
}
