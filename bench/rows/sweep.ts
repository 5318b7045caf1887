import type { Bench } from "../harness/report.ts";
import { sweepCollectAtOnce } from "../sweeps/collect-at-once.ts";
import { sweepHostSettings } from "../sweeps/host-settings.ts";
import { sweepLaneRequests } from "../sweeps/lane-requests.ts";

/** What the settings of concurrency were chosen by. */
export const sweep: Bench = {
  name: "sweep",
  title: "Sweep of concurrency",
  onlyWhenNamed: true,
  async run(settings) {
    const host = await sweepHostSettings(settings);
    const lane = await sweepLaneRequests(settings);
    const collect = await sweepCollectAtOnce(settings);
    return {
      cases: [...host, ...lane.cases, ...collect.cases],
      curves: [lane.curve, ...collect.curves],
    };
  },
};
