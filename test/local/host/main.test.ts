import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { type Bench, openBench } from "./fixture.ts";

const MAIN = fileURLToPath(new URL("../../../local/host/main.ts", import.meta.url));

let bench: Bench;
before(async () => {
  bench = await openBench();
});
after(() => bench.stop());

test("by hand the host says its address, logs JSON lines, and SIGTERM ends it with exit code 0", async (t) => {
  const { settings } = bench.place(t);
  const child = spawn(process.execPath, [MAIN, "--app", bench.appRoot, "--port", "0"], {
    env: settings,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines: Record<string, unknown>[] = [];
  const reader = createInterface({ input: child.stdout });
  const url = await new Promise<string>((resolve) => {
    reader.on("line", (line) => {
      const record = JSON.parse(line) as Record<string, unknown>;
      lines.push(record);
      if (typeof record["url"] === "string") {
        resolve(record["url"]);
      }
    });
  });

  const health = await fetch(`${url}/api/health`);
  child.kill("SIGTERM");
  const [[code]] = await Promise.all([once(child, "exit"), once(reader, "close")]);

  assert.equal(health.status, 200);
  assert.equal(code, 0);
  assert.ok(lines.some(({ message }) => message === "app terminated"));
});

test("by hand a host that cannot start says why and exits with 1", async () => {
  const child = spawn(process.execPath, [MAIN, "--app", bench.appRoot], {
    env: {},
    stdio: ["ignore", "ignore", "pipe"],
  });

  let said = "";
  child.stderr.on("data", (chunk) => {
    said += chunk;
  });
  const [code] = await once(child, "close");

  assert.equal(code, 1);
  assert.match(said, /connection Storage is not set/);
});
