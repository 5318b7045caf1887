import { type TrafficConnector, trafficConnectors } from "./connectors.ts";
import { type Day, dayBefore, weChat, whatsApp } from "./day.ts";
import type { TrafficItem } from "./item.ts";
import { type DirectoryUser, directoryUsers } from "./people.ts";
import { calls } from "./scenes/calls.ts";
import { changes } from "./scenes/changes.ts";
import { chats } from "./scenes/chats.ts";
import { chatter } from "./scenes/chatter.ts";
import { files } from "./scenes/files.ts";
import { languages } from "./scenes/languages.ts";
import { mapping } from "./scenes/mapping.ts";
import { oddities } from "./scenes/oddities.ts";
import { oneNetwork } from "./scenes/one-network.ts";
import { rejected } from "./scenes/rejected.ts";

const ITEMS_A_STEP = 40;

export interface Traffic {
  /** The users of the tenant, for the stand-in Graph. */
  readonly users: readonly DirectoryUser[];
  readonly connectors: readonly TrafficConnector[];
  /** Oldest received first. */
  readonly items: readonly TrafficItem[];
}

/**
 * A made-up day of both networks, all of it received in the 24 hours before `now`.
 *
 * The same `now` and `seed` give the same bytes. Every step of `scale` above 1
 * adds 40 ordinary messages to each network. `baseUrl` goes into the connector
 * files. Nothing here is anybody's: people, numbers and words are made up.
 */
export function makeTraffic(options: {
  now: Date;
  seed?: number;
  scale?: number;
  baseUrl?: string;
}): Traffic {
  const { now, seed = 1, scale = 1, baseUrl = "https://gateway.example" } = options;
  const days = [dayBefore(now, weChat, seed), dayBefore(now, whatsApp, seed)];
  return {
    users: directoryUsers,
    connectors: trafficConnectors(baseUrl),
    items: days
      .flatMap((day) => [...scenes(day), ...chatter(day, ITEMS_A_STEP * (scale - 1))])
      .sort((a, b) => a.receivedAt.getTime() - b.receivedAt.getTime()),
  };
}

function scenes(day: Day): TrafficItem[] {
  const all = [chats, languages, files, calls, changes, mapping, rejected, oddities, oneNetwork];
  return all.flatMap((scene) => scene(day));
}
