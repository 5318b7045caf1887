import { clearScreenDown, moveCursor } from "node:readline";
import type { LogRecord } from "../host/log.ts";
import { appEvent } from "./events.ts";

/** Shows how far the work is, while it goes on. */
export interface Progress {
  /** Says what is done now; the one before is done. */
  step(name: string): void;
  see(record: LogRecord): void;
  /** Says something that stays. */
  say(line: string): void;
  /** Shows nothing more. */
  end(): void;
}

const REDRAWN_EVERY_MS = 200;
const LINE_EVERY_MS = 2_000;
/** After the first half minute a line is news no longer. */
const LONG_MS = 30_000;
const LINE_EVERY_MS_THEN = 10_000;

/** On a terminal a few lines that change in place, elsewhere a line now and then. */
export function progress(out: NodeJS.WriteStream): Progress {
  const counts = counting();
  const began = performance.now();
  const seconds = () => `${((performance.now() - began) / 1000).toFixed(1)} s`;
  let current = "";
  let drawn = 0;
  let lastLine = "";
  let lastLineAt = 0;

  function erase(): void {
    if (drawn > 0) {
      moveCursor(out, 0, -drawn);
      clearScreenDown(out);
    }
    drawn = 0;
  }
  function draw(): void {
    erase();
    const lines = [`${current} … ${seconds()}`, ...counts.lines()];
    out.write(lines.map((line) => `${line}\n`).join(""));
    drawn = lines.length;
  }
  function line(): void {
    const text = counts.lines().map(plain).join(" · ");
    if (text === lastLine) return;
    out.write(`${seconds().padStart(7)}  ${text}\n`);
    lastLine = text;
    lastLineAt = performance.now();
  }
  function lineIfDue(): void {
    const now = performance.now();
    const every = now - began > LONG_MS ? LINE_EVERY_MS_THEN : LINE_EVERY_MS;
    if (now - lastLineAt > every - LINE_EVERY_MS / 2) line();
  }
  const timer = setInterval(
    () => (out.isTTY ? draw() : lineIfDue()),
    out.isTTY ? REDRAWN_EVERY_MS : LINE_EVERY_MS,
  );
  // A test of this alone, or a start that fails, must not be kept waiting by it.
  timer.unref();

  function say(text: string): void {
    if (out.isTTY) erase();
    out.write(`${text}\n`);
  }
  return {
    see: counts.see,
    say,
    step(name) {
      if (!out.isTTY) say(`${seconds().padStart(7)}  ${name}`);
      current = name;
    },
    end() {
      clearInterval(timer);
      current = "done";
      if (out.isTTY) draw();
      else line();
      drawn = 0;
    },
  };
}

function plain(line: string): string {
  return line.trim().replace(/ {2,}/g, " ");
}

/** What has been done so far, by what the app says of it. */
function counting() {
  const collected: string[] = [];
  const items = { converted: 0, setAside: 0 };
  const deliveries = { known: 0, imported: 0 };
  const putOff = new Set<string>();

  return {
    see(record: LogRecord): void {
      const event = appEvent(record);
      const key = `${event?.fields["itemKey"]}`;
      switch (event?.name) {
        case "window collected":
          collected.push(String(event.fields["connector"]));
          break;
        case "item converted":
          items.converted += 1;
          deliveries.known += Number(event.fields["jobs"]);
          break;
        case "item poisoned":
          items.setAside += 1;
          break;
        case "import deferred":
          putOff.add(key);
          break;
        case "item imported":
          deliveries.imported += 1;
          putOff.delete(key);
          break;
      }
    },
    lines(): string[] {
      const { known, imported } = deliveries;
      // Jobs of an earlier start are not known here.
      const of = known < imported ? `${imported}` : `${imported} of ${known}`;
      const waiting = putOff.size === 0 ? "" : `, ${putOff.size} put off`;
      return [
        ...(collected.length > 0 ? [`  collected  ${[...new Set(collected)].join(", ")}`] : []),
        ...(items.converted > 0 ? [`  converted  ${items.converted} items`] : []),
        ...(known + imported > 0 ? [`  imported   ${of} deliveries${waiting}`] : []),
        ...(items.setAside > 0 ? [`  set aside  ${items.setAside}`] : []),
      ];
    },
  };
}
