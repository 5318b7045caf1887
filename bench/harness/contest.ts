import { type Goal, verdictOn, worstOf } from "./goal.ts";
import { seeded, shuffled } from "./random.ts";
import type { Ratio, Role, Settings, Standing } from "./report.ts";
import { bootstrap, median } from "./statistics.ts";

/** One of several that do the same work. */
export interface Contestant {
  readonly name: string;
  readonly role: Role;
  /** Units of work of one round. */
  readonly units: number;
  /** Before the clock starts: what this round needs. */
  readonly prepare?: (round: number) => void | Promise<void>;
  readonly run: (round: number) => void | Promise<void>;
  /** Of a process that times itself: what counts in place of the time that passed here. */
  readonly ownTiming?: () => Timing;
  /** After the clock has stopped: is what it did right? Throws when it is not. */
  readonly check?: (round: number) => void | Promise<void>;
  /** CPU time that its work cost in other processes, in ms since whenever. */
  readonly furtherCpuMs?: () => number;
}

export interface Held {
  readonly of: string;
  readonly against: string;
  readonly measure?: Ratio["measure"];
  readonly goal?: Goal;
}

export interface Timing {
  readonly wallMs: number;
  readonly cpuMs: number;
}

/**
 * Lets the contestants run round by round, in an order that is shuffled anew each
 * time, so that neither a slow minute of the machine nor what the one before left
 * in the caches is always the same one's. The first round warms up and is not counted.
 */
export async function contest(
  contestants: readonly Contestant[],
  held: readonly Held[],
  settings: Settings,
): Promise<{ rounds: number; standings: Standing[]; ratios: Ratio[] }> {
  const random = seeded(settings.seed);
  const timings = new Map(contestants.map(({ name }) => [name, [] as Timing[]]));
  for (let round = 0; round <= settings.rounds; round += 1) {
    for (const contestant of shuffled(contestants, random)) {
      const timing = await timed(contestant, round);
      if (round > 0) timings.get(contestant.name)?.push(timing);
    }
  }

  const of = (name: string): Timing[] => {
    const found = timings.get(name);
    if (!found) throw new Error(`${name} took no part.`);
    return found;
  };
  return {
    rounds: settings.rounds,
    standings: contestants.map(({ name, role, units }) => {
      const wallMs = median(of(name).map((it) => it.wallMs));
      const cpuMs = median(of(name).map((it) => it.cpuMs));
      return { name, role, wallMs, cpuMs, perSecond: (units / wallMs) * 1000 };
    }),
    ratios: held.map((each) => {
      const role = contestants.find(({ name }) => name === each.against)?.role ?? "info";
      return ratio(each, role, of(each.of), of(each.against), random);
    }),
  };
}

async function timed(contestant: Contestant, round: number): Promise<Timing> {
  const { prepare, run, ownTiming, check, furtherCpuMs = () => 0 } = contestant;
  await prepare?.(round);
  // Else a contestant would pay for the garbage of the one before.
  globalThis.gc?.();
  const furtherBefore = furtherCpuMs();
  const cpuBefore = process.cpuUsage();
  const before = performance.now();
  await run(round);
  const wallMs = performance.now() - before;
  const { user, system } = process.cpuUsage(cpuBefore);
  const cpuMs = (user + system) / 1000 + furtherCpuMs() - furtherBefore;
  await check?.(round);
  return ownTiming?.() ?? { wallMs, cpuMs };
}

function ratio(
  { of, against, measure = "speed", goal }: Held,
  role: Role,
  ones: readonly Timing[],
  others: readonly Timing[],
  random: () => number,
): Ratio {
  const interval = (key: keyof Timing) =>
    bootstrap(
      ones.map((one, round) => {
        const other = others[round];
        if (!other) throw new Error(`${against} has no round ${round + 1}.`);
        return measure === "speed" ? other[key] / one[key] : one[key] / other[key];
      }),
      random,
    );
  const wall = interval("wallMs");
  const cpu = interval("cpuMs");
  return {
    ...{ of, against, role, measure, wall, cpu },
    ...(goal && { goal, verdict: worstOf([verdictOn(wall, goal), verdictOn(cpu, goal)]) }),
  };
}
