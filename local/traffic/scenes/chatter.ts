import { archive, type Shape } from "../archive.ts";
import type { Day } from "../day.ts";
import { picture } from "../files.ts";
import type { TrafficItem } from "../item.ts";
import { ann, bob, broker, carol, client, dan, mailboxes, type Person } from "../people.ts";
import { fraction } from "../random.ts";

const colleagues: readonly (readonly [Person, string])[] = [
  [ann, mailboxes.ann],
  [bob, mailboxes.bob],
  [carol, mailboxes.carol],
  [dan, mailboxes.dan],
];
const words = ["price", "offer", "meeting", "figures", "Friday", "papers", "合同", "明天", "👍"];
const shapes: readonly Shape[] = ["eml", "raw", "device"];

/** Any number of ordinary messages, spread over the day: what a larger organisation writes. */
export function chatter(day: Day, count: number): TrafficItem[] {
  return Array.from({ length: count }, (_, n) => chatterMessage(day, n));
}

function chatterMessage(day: Day, n: number): TrafficItem {
  const pick = (what: string, of: number) =>
    Math.floor(fraction(day.seed, day.network.type, "chatter", n, what) * of);
  const first = pick("sender", colleagues.length);
  const other = (first + 1 + pick("recipient", colleagues.length - 1)) % colleagues.length;
  const [sender, sendersMailbox] = colleagues[first] ?? [ann, mailboxes.ann];
  const [colleague, colleaguesMailbox] = colleagues[other] ?? [bob, mailboxes.bob];
  const isOutside = pick("outside", 3) === 0;
  const at = new Date(day.at(0).getTime() + pick("time", 22 * 60 * 60 * 1000));
  const said = Array.from(
    { length: 4 + pick("length", 20) },
    (_, w) => words[pick(`${w}`, words.length)],
  );
  return archive(day, {
    about: "An ordinary message",
    at,
    id: `${at.getTime()}_${sender.mobile}_${n + 10}`,
    from: sender,
    to: [isOutside ? (pick("who", 2) === 0 ? client : broker) : colleague],
    shape: shapes[pick("shape", shapes.length)] ?? "raw",
    text: said.join(" "),
    files: pick("file", 10) === 0 ? [picture(`IMG_${1000 + n}.png`)] : [],
    expect: { mailboxes: isOutside ? [sendersMailbox] : [sendersMailbox, colleaguesMailbox] },
  });
}
