import { growingEmails } from "./growing-emails.ts";
import { stepCounter } from "./step-counter.ts";

// Prints, for each growing email, how many steps it takes at one size and at ten times that size.
const counter = await stepCounter();
const { mailItem } = await import("../../../shared/connectors/mail-item.ts");
const { mailContext, streamedMailItem } = await import("./reading.ts");

const steps: Record<string, readonly [number, number]> = {};
for (const [name, email] of Object.entries(growingEmails)) {
  const read = async (n: number) => {
    await mailItem(email(n), mailContext);
    await streamedMailItem(email(n), 65_536);
  };
  await read(1);
  steps[name] = [await counter.count(() => read(10)), await counter.count(() => read(100))];
}
process.stdout.write(JSON.stringify(steps));
