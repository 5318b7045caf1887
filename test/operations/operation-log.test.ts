import assert from "node:assert/strict";
import { test } from "node:test";
import { blobOperationLog } from "../../shared/operations/operation-log.ts";
import { verifyOperations } from "../../shared/operations/verify/verify-operations.ts";
import { operator } from "../fakes/archive.ts";
import { world } from "../fakes/world.ts";

test("what many hosts write down at once makes one chain without a gap or a fork", async () => {
  const { files, now } = world();
  const hosts = [1, 2, 3].map(() => blobOperationLog(files, now));

  await Promise.all(
    Array.from({ length: 30 }, (_, n) =>
      hosts[n % 3]?.record({ by: operator, action: `action ${n}` }),
    ),
  );

  const log = blobOperationLog(files, now);
  const actions = new Set<string | undefined>();
  const sequences: number[] = [];
  for await (const { entry } of log.entries()) {
    actions.add(entry?.action);
    sequences.push(entry?.sequence ?? 0);
  }
  assert.equal(actions.size, 30);
  assert.deepEqual(
    sequences,
    Array.from({ length: 30 }, (_, n) => n + 1),
  );
  assert.deepEqual(await verifyOperations(log), []);
});

test("a host that was away goes on where others have ended meanwhile", async () => {
  const { files, now } = world();
  const early = blobOperationLog(files, now);
  const other = blobOperationLog(files, now);
  await early.record({ by: operator, action: "first" });
  await other.record({ by: operator, action: "second" });
  await other.record({ by: operator, action: "third" });

  await early.record({ by: operator, action: "fourth" });

  assert.deepEqual(await verifyOperations(early), []);
});
