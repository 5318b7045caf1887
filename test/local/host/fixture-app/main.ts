import { setTimeout as sleep } from "node:timers/promises";
import { app, type HttpHandler, type InvocationContext } from "@azure/functions";
import { QueueServiceClient } from "@azure/storage-queue";

/**
 * A small app for the tests of the local host. Each function logs what it was given as
 * `saw <JSON>`; what it then does stands in the entry, the blob or the request.
 */

const held: (() => void)[] = [];

app.hook.appStart(() => {
  process.stdout.write("app started\n");
});
app.hook.appTerminate(async () => {
  process.stdout.write("app terminated\n");
});
app.hook.preInvocation((context) => {
  context.hookData["startedBy"] = context.invocationContext.functionName;
  if (context.inputs[0] === "replace me") {
    context.inputs = ["replaced"];
  }
});
app.hook.postInvocation((context) => {
  if (context.error instanceof Error && context.error.message === "forgivable") {
    context.error = null;
  }
});
app.hook.log((context) => {
  context.message = context.message.replace("secret", "[redacted]");
});

app.timer("tick", {
  schedule: "%TICK_SCHEDULE%",
  async handler(timer, context) {
    saw(context, { timer });
    if (process.env["TICK_FAILS"] === "yes") {
      throw new Error("tick failed");
    }
    if (process.env["TICK_HOLDS"] === "yes") {
      await hold();
    }
  },
});

app.storageQueue("work", {
  connection: "ArchiveStorage",
  queueName: "%WORK_QUEUE%",
  async handler(entry, context) {
    saw(context, { entry });
    const { act, tries } = Object(entry) as { act?: string; tries?: number };
    switch (act) {
      case "fail":
        throw new Error("work failed");
      case "fail-until":
        if (Number(context.triggerMetadata?.["dequeueCount"]) < Number(tries)) {
          throw new Error("work failed");
        }
        return;
      case "forgive":
        throw new Error("forgivable");
      case "hold":
        return hold();
      case "slow":
        return sleep(300);
      case "crash":
        return process.exit(3);
      case "say":
        context.warn("a secret was said");
    }
  },
});

app.storageBlob("read", {
  connection: "ArchiveStorage",
  path: "%IN_CONTAINER%/{name}.{ext}",
  source: "EventGrid",
  async handler(blob, context) {
    const text = (blob as Buffer).toString();
    saw(context, { isBuffer: Buffer.isBuffer(blob), text });
    if (text === "fail") {
      throw new Error("read failed");
    }
    if (text === "hold") {
      return hold();
    }
    if (text === "enqueue") {
      const queues = QueueServiceClient.fromConnectionString(process.env["ArchiveStorage"] ?? "");
      const queue = queues.getQueueClient(process.env["WORK_QUEUE"] ?? "");
      await queue.createIfNotExists();
      await queue.sendMessage(Buffer.from('{"from":"read"}').toString("base64"));
    }
  },
});

app.http("health", { methods: ["GET"], authLevel: "anonymous", handler: () => ({ body: "ok" }) });

app.http("echo", {
  methods: ["GET", "POST"],
  authLevel: "function",
  route: "echo/{name:alpha}/{*rest}",
  async handler(request) {
    return {
      status: 201,
      headers: { "x-method": request.method },
      cookies: [{ name: "seen", value: "a b", httpOnly: true, sameSite: "Lax" }],
      jsonBody: {
        url: request.url,
        params: request.params,
        query: Object.fromEntries(request.query),
        header: request.headers.get("x-sample"),
        body: await request.text(),
      },
    };
  },
});

app.http("silent", {
  methods: ["POST"],
  authLevel: "anonymous",
  // The types ask for a response; a function in JavaScript may forget it.
  handler: (() => undefined) as unknown as HttpHandler,
});

app.http("broken", {
  methods: ["GET"],
  authLevel: "anonymous",
  handler() {
    throw new Error("broken failed");
  },
});

app.http("release", {
  methods: ["POST"],
  authLevel: "anonymous",
  handler() {
    for (const release of held.splice(0)) {
      release();
    }
    return { status: 200 };
  },
});

function saw(context: InvocationContext, input: object): void {
  const { triggerMetadata, traceContext } = context;
  context.info("saw", JSON.stringify({ ...input, triggerMetadata, traceContext }));
}

/** Until `release` is called. */
function hold(): Promise<void> {
  return new Promise((resolve) => {
    held.push(resolve);
  });
}
