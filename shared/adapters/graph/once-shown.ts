import { isCode, isStatus } from "./graph-failure.ts";
import type { Visit } from "./traffic.ts";

/** What was just written may not show yet: 404 at first, for some seconds at most. */
export async function onceShown<T>(visit: Visit, work: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      const mayShow = isStatus(error, 404) && isCode(error, "ErrorItemNotFound");
      if (!mayShow || tries === 4 || !(await visit.patience.wait(750 * 2 ** tries))) throw error;
    }
  }
}
