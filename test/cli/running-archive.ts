import assert from "node:assert/strict";
import { archive, textItem } from "../fakes/archive.ts";
import { archiver, serve } from "./running.ts";

export const csv = "15550100,ann@contoso.com\n15550101,bob@contoso.com\n";
export const strangers = { from: "15559998", to: ["15559999"] };
export const why = ["--why", "a test"];

/** An archive of one day, behind its routes, and a command line for it. */
export async function running(items = [textItem("1"), textItem("2", strangers)], mapping = csv) {
  const app = archive(items, { csv: mapping });
  await app.passDay();
  const server = await serve(app);
  const meanwhile = async () => {
    await app.settle();
    await app.carryOrders();
  };
  return {
    app,
    run: (...args: string[]) => archiver(args, { url: server.url, meanwhile }),
    json: async (...args: string[]) => {
      const { out, err } = await archiver([...args, "--json"], { url: server.url, meanwhile });
      assert.equal(err.includes("Error"), false);
      return JSON.parse(out);
    },
    [Symbol.asyncDispose]: async () => void server.close(),
  };
}
