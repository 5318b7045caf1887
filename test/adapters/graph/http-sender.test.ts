import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { promisify } from "node:util";
import { GraphFailure } from "../../../shared/adapters/graph/graph-failure.ts";
import { type HttpRequest, sendHttp } from "../../../shared/adapters/graph/http-sender.ts";

const SENDER = new URL("../../../shared/adapters/graph/http-sender.ts", import.meta.url).href;
const run = promisify(execFile);

/** A server on loopback, and the request that asks it something. */
async function serving(t: TestContext, answer: RequestListener) {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const post = (change: Partial<HttpRequest> = {}) =>
    sendHttp({
      method: "POST",
      url: `${origin}/upload?authtoken=topsecret`,
      headers: {},
      timeoutMs: 60_000,
      ...change,
    });
  return { origin, post };
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  return Buffer.concat(await request.toArray());
}

async function lost(exchange: Promise<unknown>): Promise<string> {
  const error = await exchange.then(
    () => assert.fail("an answer came"),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof GraphFailure);
  assert.equal(error.failure.status, 0);
  assert.doesNotMatch(`${error.stack}${String(error.cause)}`, /topsecret/);
  return error.failure.code;
}

test("a text and bytes arrive as they are, with their length, and an answer of any script is read", async (t) => {
  const { post } = await serving(t, async (request, response) => {
    const body = await bytesOf(request);
    response.end(`${request.headers["content-length"]} ${body} é 你好 🎉`);
  });

  const ofText = await post({ body: "Grüße 🎉" });
  const ofBytes = await post({ body: Buffer.from("xGrüße 🎉").subarray(1) });

  assert.equal(ofText.text, "12 Grüße 🎉 é 你好 🎉");
  assert.equal(ofBytes.text, ofText.text);
});

test("connections are used again, and one that its server closed meanwhile is not", async (t) => {
  const ports: (number | undefined)[] = [];
  const { post } = await serving(t, (request, response) => {
    ports.push(request.socket.remotePort);
    response.end();
    if (ports.length === 2) request.socket.end();
  });

  for (let nth = 0; nth < 3; nth += 1) {
    await post();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }

  const [first, second, third] = ports;
  assert.equal(first, second);
  assert.notEqual(second, third);
});

test("an answer that stops half-way counts as none, once its time is over", async (t) => {
  const { post } = await serving(t, (_, response) => {
    response.writeHead(200, { "Content-Length": "100" }).write("{");
  });

  assert.equal(await lost(post({ timeoutMs: 50 })), "timeout");
});

test("an answer that never ends is given up before it fills the memory", async (t) => {
  const { post } = await serving(t, (_, response) => {
    const more = () => {
      while (response.write(Buffer.alloc(1_048_576)));
    };
    response.on("drain", more);
    more();
  });

  assert.equal(await lost(post()), "network");
});

for (const status of [301, 302, 303, 307, 308]) {
  test(`a redirect (${status}) is neither followed nor an answer`, async (t) => {
    let asked = 0;
    const { post } = await serving(t, (_, response) => {
      asked += 1;
      response.writeHead(status, { Location: "/elsewhere" }).end();
    });

    assert.equal(await lost(post({ body: "{}" })), "network");
    assert.equal(asked, 1);
  });
}

test("a proxy that the environment names is gone through, as the rest of the process does", async (t) => {
  const { origin } = await serving(t, (request, response) => void response.end(request.url));
  const script = `
    import { sendHttp } from ${JSON.stringify(SENDER)};
    const url = "http://graph.example/v1.0/users";
    const { text } = await sendHttp({ method: "GET", url, headers: {}, timeoutMs: 20_000 });
    process.stdout.write(text);
  `;

  const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", script], {
    env: { ...process.env, NODE_USE_ENV_PROXY: "1", HTTP_PROXY: origin, NO_PROXY: "" },
  });

  assert.equal(stdout, "http://graph.example/v1.0/users");
});

test("a kept connection holds up no process that is done", async (t) => {
  const { origin } = await serving(t, (_, response) => void response.end());
  const script = `
    import { sendHttp } from ${JSON.stringify(SENDER)};
    await sendHttp({ method: "GET", url: ${JSON.stringify(origin)}, headers: {}, timeoutMs: 20_000 });
    await new Promise(setImmediate);
    console.log(process.getActiveResourcesInfo().filter((it) => !it.startsWith("Pipe")));
  `;

  const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", script]);

  // What a process waits for before it ends: neither the connection nor the request's time.
  assert.equal(stdout, "[]\n");
});
