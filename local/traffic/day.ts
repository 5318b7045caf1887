import { fraction } from "./random.ts";

const MINUTE = 60_000;

/** A network as the sources of one connector tell it. */
export interface Network {
  /** As in connector files and URLs. */
  readonly type: "WeChat" | "WhatsApp";
  /** What most items come as: TeleMessage hands WeChat over as mail, WhatsApp as JSON. */
  readonly usualShape: "eml" | "raw";
}

export const weChat: Network = { type: "WeChat", usualShape: "eml" };
export const whatsApp: Network = { type: "WhatsApp", usualShape: "raw" };

/** The day before `now`, of one network. */
export interface Day {
  readonly network: Network;
  readonly seed: number;
  readonly now: Date;
  /**
   * The time so many hours and minutes after the day began; 23 hours is the most.
   * Milliseconds are made up, since those of real messages are never round.
   */
  at(hour: number, minute?: number): Date;
}

/** The day begins 23 hours and 40 minutes before `now`, so all of it lies in the last 24 hours. */
export function dayBefore(now: Date, network: Network, seed: number): Day {
  const begin = now.getTime() - (23 * 60 + 40) * MINUTE;
  return {
    network,
    seed,
    now,
    at(hour, minute = 0) {
      const jitter = Math.floor(fraction(seed, network.type, hour, minute) * MINUTE);
      return new Date(begin + (hour * 60 + minute) * MINUTE + jitter);
    },
  };
}
