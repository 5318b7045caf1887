/** The same numbers in [0, 1) for the same seed (mulberry32, public domain). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A JSON item with a few things wrong: values, keys and shapes of its object, and at times its bytes. */
export function mutated(bytes: Uint8Array, random: () => number): Uint8Array {
  const value = parsed(bytes);
  if (value === undefined || random() < 0.15) return mutatedBytes(bytes, random);
  const times = 1 + Math.floor(random() * 4);
  const holder = { value };
  for (let n = 0; n < times; n += 1) mutateSomewhere(holder, random);
  const text = JSON.stringify(holder.value) ?? "null";
  return random() < 0.05
    ? mutatedBytes(Buffer.from(text), random)
    : Buffer.from(text, random() < 0.05 ? "utf16le" : "utf8");
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    return undefined;
  }
}

const STRANGE: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  1e308,
  2 ** 53,
  8_640_000_000_000_001,
  "",
  " ",
  "UNKNOWN",
  "true",
  "0",
  "\0",
  "\r\nBcc: eve@contoso.com\r\n\r\n<script>",
  "=?utf-8?q?=0D=0ABcc:_eve@contoso.com?=",
  "--=_archive",
  "\u202E\u2068\u2069\uFEFF",
  "\ud83d",
  "你好 🙏",
  "x".repeat(5_000),
  "1".repeat(5_000),
  "57300-06-03T18:46:03Z",
  "2026-02-30T25:61:00Z",
  "SGVsbG8=",
  "DELETE_FOR_ALL-",
  "EDIT--1",
  '{"value":null}',
  [],
  {},
  [[]],
  [null, "a", 1, {}],
  { value: { value: "a" } },
  { name: [], id: {}, type: null },
  { content: "%%%", name: "../../x", contentType: "multipart/mixed; boundary=x" },
  { content: "QUJD", name: "con.txt\0", contentType: "message/rfc822", attachSize: "many" },
  { callStatus: "2", startTime: "never", endTime: 5, callDurationInMillis: -1 },
];

const KEYS = [
  "__proto__",
  "constructor",
  "toString",
  "value",
  "text",
  "from",
  "to",
  "owner",
  "sender",
  "recipients",
  "callInfo",
  "segmentedData",
  "eventType",
  "messageType",
  "messageTime",
  "attachment",
  "groupName",
  "location",
  "participantEnrichments",
  "fromEnriched",
  "messageId",
  "subject",
];

type Node = Record<string, unknown>;

/** Walks down from the top, and changes one thing where it stops. */
function mutateSomewhere(holder: Node, random: () => number): void {
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T;
  let node = holder;
  let key = "value";
  for (;;) {
    const inner = node[key];
    if (typeof inner !== "object" || inner === null || random() < 0.25) break;
    const keys = Object.keys(inner);
    if (keys.length === 0) break;
    node = inner as Node;
    key = pick(keys);
  }
  const set = (name: string, value: unknown) =>
    Object.defineProperty(node, name, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  const value = node[key];
  const other = Array.isArray(node) ? key : pick(KEYS);
  const change = pick([
    () => set(key, structuredClone(pick(STRANGE))),
    () => set(key, [value]),
    () => set(key, { value }),
    () =>
      set(
        key,
        typeof value === "string"
          ? value.slice(0, Math.floor(random() * 9))
          : JSON.stringify(value),
      ),
    () =>
      set(key, typeof value === "string" ? value + pick(["\r\n", "=", "-1", ";", "\0"]) : value),
    () => set(other, structuredClone(pick(STRANGE))),
    () => set(other, value === node ? null : structuredClone(value)),
    () => node !== holder && !Array.isArray(node) && delete node[key],
    () => Array.isArray(node) && node.push(...structuredClone(node.slice(0, 50))),
  ]);
  change();
}

function mutatedBytes(bytes: Uint8Array, random: () => number): Uint8Array {
  const changed = Buffer.from(bytes);
  const at = Math.floor(random() * changed.length);
  const kind = Math.floor(random() * 4);
  if (kind === 0) return changed.subarray(0, at);
  if (kind === 1) return Buffer.concat([changed, changed.subarray(at)]);
  for (let n = 0; n < 1 + random() * 8; n += 1) {
    changed[Math.floor(random() * changed.length)] = Math.floor(random() * 256);
  }
  return kind === 2 ? changed : Buffer.concat([changed.subarray(at), changed.subarray(0, at)]);
}
