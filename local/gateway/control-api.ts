import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { json } from "node:stream/consumers";
import { z } from "zod";
import { Refusal, sendJson } from "./answers.ts";
import type { GatewayState } from "./contract.ts";
import type { FaultLine } from "./faults.ts";
import { type Item, mediaTypes, readBody } from "./item.ts";
import type { RequestLog } from "./request-log.ts";
import { smallestSyntheticBody } from "./synthetic-body.ts";

/** An item as `POST /_control/items` takes it. */
export const ItemLine = z.strictObject({
  type: z.string().regex(/^[A-Za-z0-9]{1,64}$/),
  id: z.string().min(1),
  receivedAt: z.iso.datetime(),
  mediaType: z.enum(mediaTypes),
  body: z.union([
    z.strictObject({ base64: z.base64() }),
    z.strictObject({ synthetic: z.strictObject({ seed: z.number(), size: z.int() }) }),
  ]),
  /** Breaks the contract's promise that an id never changes its bytes. */
  overwrite: z.boolean().default(false),
});
export type ItemLine = z.input<typeof ItemLine>;

const Removal = z.strictObject({ type: z.string(), id: z.string() });
const Move = z.strictObject({ type: z.string(), id: z.string(), receivedAt: z.iso.datetime() });

/** The routes under `/_control/`, by which tests and `npm start` change what the stand-in does. */
export async function answerControl(
  state: GatewayState,
  log: RequestLog,
  reset: () => void,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  switch (`${request.method} ${request.url}`) {
    case "POST /_control/items":
      for (const line of z.array(ItemLine).parse(await json(request))) await putItem(state, line);
      return sendJson(response, {});
    case "POST /_control/items/move":
      moveItem(state, Move.parse(await json(request)));
      return sendJson(response, {});
    case "POST /_control/items/remove": {
      const { type, id } = Removal.parse(await json(request));
      return sendJson(response, { removed: state.shelf.remove(type, id) });
    }
    case "POST /_control/faults":
      // The script checks the lines itself.
      state.faults.add((await json(request)) as FaultLine[]);
      return sendJson(response, {});
    case "DELETE /_control/faults":
      state.faults.clear();
      return sendJson(response, {});
    case "POST /_control/cursors/expire":
      state.cursorGeneration += 1;
      return sendJson(response, {});
    case "GET /_control/requests":
      return sendJson(response, log.snapshot());
    case "DELETE /_control/requests":
      log.clear();
      return sendJson(response, {});
    case "POST /_control/reset":
      reset();
      return sendJson(response, {});
    default:
      throw new Refusal(404, "No such control route: see local/gateway/control-api.ts.");
  }
}

function moveItem({ shelf }: GatewayState, { type, id, receivedAt }: z.infer<typeof Move>): void {
  const item = shelf.find(type, id);
  if (!item) throw new Refusal(404, "No item of this type has this id.");
  shelf.put({ ...item, receivedAt: new Date(receivedAt) });
}

async function putItem({ shelf }: GatewayState, line: z.infer<typeof ItemLine>): Promise<void> {
  const { overwrite, body, receivedAt, ...rest } = line;
  const item: Item = {
    ...rest,
    receivedAt: new Date(receivedAt),
    body:
      "base64" in body
        ? { kind: "bytes", bytes: Buffer.from(body.base64, "base64") }
        : { kind: "synthetic", ...body.synthetic },
  };
  const least = smallestSyntheticBody(item);
  if (item.body.kind === "synthetic" && item.body.size < least) {
    throw new Refusal(400, `A synthetic item of this id needs at least ${least} bytes.`);
  }
  const known = shelf.find(item.type, item.id);
  if (known && !overwrite && (await digest(known)) !== (await digest(item))) {
    throw new Refusal(409, "This id has other bytes already: the contract forbids to change them.");
  }
  shelf.put(item);
}

async function digest(item: Item): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of readBody(item)) hash.update(piece);
  return hash.digest("hex");
}
