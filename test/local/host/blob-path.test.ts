import assert from "node:assert/strict";
import { test } from "node:test";
import { blobPath } from "../../../local/host/blob-path.ts";

test("a parameter takes as much as it can, slashes too", () => {
  const path = blobPath("in/{name}.{ext}");

  assert.equal(path.container, "in");
  assert.deepEqual(path.match("sub/two.a.txt"), { name: "sub/two.a", ext: "txt" });
  assert.equal(path.match("without-extension"), undefined);
});

test("the text before the first parameter is what a listing asks for", () => {
  assert.equal(blobPath("receipts/wechat/{yyyy}/{name}.json").prefix, "wechat/");
  assert.equal(blobPath("receipts/{name}").prefix, "");
});

test("text between parameters is taken literally", () => {
  const path = blobPath("in/a+b.{name}");

  assert.deepEqual(path.match("a+b.c"), { name: "c" });
  assert.equal(path.match("aab.c"), undefined);
});

test("a path without a blob part takes every blob of the container", () => {
  assert.deepEqual(blobPath("in").match("a/b"), { name: "a/b" });
});

test("a path without a container is refused", () => {
  assert.throws(() => blobPath("{container}/{name}"), /names no container/);
});
