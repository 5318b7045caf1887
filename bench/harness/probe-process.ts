import { probes } from "../probes.ts";

export type ProbeMessage = { readonly answer: unknown } | { readonly failure: string };

const [name = "", given = "null"] = process.argv.slice(2);

// Whoever asked is gone: nobody would hear the answer.
process.once("disconnect", () => process.exit(1));

try {
  const probe = probes[name];
  if (!probe) throw new Error(`There is no probe ${name}.`);
  await tell({ answer: await probe(JSON.parse(given)) });
  process.exit(0);
} catch (error) {
  await tell({ failure: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  process.exit(1);
}

function tell(message: ProbeMessage): Promise<void> {
  return new Promise((resolve) => {
    process.send?.(message, undefined, undefined, () => resolve());
  });
}
