import { openEmlFiles, outlineEml } from "../../../shared/connectors/eml/outline-eml.ts";
import { largeEmails } from "./large-emails.ts";
import { readContext } from "./reading.ts";

// Prints by how much the memory of a process of its own rises at most while a large email is read
// twice: what is in use, not what is still to be collected. To be run with --expose-gc.
const [name = "", bytes = ""] = process.argv.slice(2);
const email = largeEmails[name];
const collect = globalThis.gc;
if (!email || !collect) throw new Error(`There is no large email "${name}", or no --expose-gc`);

let blocks = 0;
let peak = 0;
await readTwice(1_000_000);
collect();
const idle = inUse();
peak = idle;
const fileBytes = await readTwice(Number(bytes));
process.stdout.write(JSON.stringify({ risen: peak - idle, fileBytes }));

function inUse(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

async function readTwice(size: number): Promise<number> {
  const outline = await outlineEml(watched(size), readContext);
  let read = 0;
  for await (const file of openEmlFiles(watched(size), outline)) {
    for await (const chunk of file) read += chunk.length;
  }
  return read;
}

async function* watched(size: number): AsyncGenerator<Uint8Array> {
  for await (const chunk of email?.(size) ?? []) {
    blocks += 1;
    if (blocks % 100 === 0) {
      collect?.();
      peak = Math.max(peak, inUse());
    }
    yield chunk;
  }
}
