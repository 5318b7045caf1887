import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { LogRecord } from "../../../local/host/log.ts";
import type { Run } from "../../../local/show/accounts.ts";
import { failureIn, faultIn } from "../../../local/show/events.ts";
import { readable } from "../../../local/show/readable.ts";
import { report } from "../../../local/show/report.ts";
import { isGood, type Result, resultJson } from "../../../local/show/result.ts";

const RUN: Run = {
  connector: "wechat",
  id: "wechat-20260302T080000000Z",
  from: new Date("2026-03-01T08:00:00Z"),
  until: new Date("2026-03-02T08:00:00Z"),
  isClosed: true,
  ...{ available: 5, imported: 3, partial: 0, skipped: 1, rejected: 1, pending: 0 },
};
const RESULT: Result = {
  runs: [RUN],
  mailboxes: [{ mailbox: "ann@contoso.com", folder: "WeChat Archiver", items: 3 }],
  poison: [{ code: "unmapped", count: 1 }],
  faults: [],
  failures: [],
  isLookedInto: true,
  checked: 4,
  unchecked: 0,
  deviations: [],
  message: [],
};

describe("the report", () => {
  test("gives each run its counts, and says that it is balanced and closed", () => {
    const lines = report(RESULT).join("\n");

    assert.match(
      lines,
      /^wechat +2026-03-01 08:00 – 2026-03-02 08:00 +5 +3 +0 +1 +1 +0 +balanced, closed$/m,
    );
    assert.match(lines, /ann@contoso\.com +WeChat Archiver +3/);
    assert.match(lines, /unmapped +1 +nobody in it has a mailbox here: .*mapping/);
    assert.match(lines, /All 4 items of the made-up day have ended as they should/);
  });

  test("names a run that does not balance, or is open", () => {
    const lost = { ...RUN, imported: 2 };
    const open = { ...RUN, isClosed: false };

    assert.match(report({ ...RESULT, runs: [lost] }).join("\n"), /NOT BALANCED, closed/);
    assert.match(report({ ...RESULT, runs: [open] }).join("\n"), /balanced, OPEN/);
  });

  test("says when the day's items cannot be held against what it expects", () => {
    const lines = report({ ...RESULT, checked: 0, unchecked: 4 }).join("\n");

    assert.match(lines, /4 items of the made-up day belong to a connector that was changed/);
    assert.doesNotMatch(lines, /have ended as they should/);
  });

  test("as JSON it has exactly the published fields", () => {
    assert.deepEqual(JSON.parse(resultJson(RESULT)), {
      runs: [
        {
          ...{ connector: "wechat", available: 5, imported: 3, partial: 0 },
          ...{ skipped: 1, rejected: 1, pending: 0 },
        },
      ],
      mailboxes: [{ mailbox: "ann@contoso.com", folder: "WeChat Archiver", items: 3 }],
      poison: [{ code: "unmapped", count: 1 }],
    });
  });

  test("only runs that balance and are closed, without faults or deviations, are good", () => {
    assert.equal(isGood(RESULT), true);
    assert.equal(isGood({ ...RESULT, failures: ["import: TypeError"] }), true);
    assert.equal(isGood({ ...RESULT, runs: [{ ...RUN, imported: 2 }] }), false);
    assert.equal(isGood({ ...RESULT, runs: [{ ...RUN, isClosed: false }] }), false);
    assert.equal(isGood({ ...RESULT, faults: ["wechat: …"] }), false);
    assert.equal(isGood({ ...RESULT, deviations: ["wechat: …"] }), false);
  });
});

describe("what went wrong", () => {
  test("a wrong connector is named by its file, the field and the remedy", () => {
    const fault = "wechat: source.baseUrl must be an https URL";

    assert.equal(
      faultIn(
        logged("error", `connector refused ${JSON.stringify({ connector: "wechat", fault })}`),
      ),
      "config/connectors/wechat.json: source.baseUrl must be an https URL",
    );
  });

  test("a source that refuses its password comes with what to check", () => {
    const fields = { connector: "wechat", code: "stopped", detail: "unauthorized" };

    assert.match(
      faultIn(logged("error", `source failed ${JSON.stringify(fields)}`)) ?? "",
      /^wechat: .*stopped, unauthorized.*passwordSetting/,
    );
  });

  test("an item that is set aside is no fault, and an invocation that failed is none either", () => {
    const poisoned = logged("warning", 'item poisoned {"code":"unmapped"}');
    const failed: LogRecord = {
      ...logged("error", "Executed 'Functions.convert' (Failed)"),
      category: "Function.convert",
      error: "TypeError: no\n    at x",
    };

    assert.equal(faultIn(poisoned), undefined);
    assert.equal(faultIn(failed), undefined);
    assert.equal(failureIn(failed), "convert: TypeError: no");
  });
});

test("a mail body is read as a person reads it: lines, no markup, real characters", () => {
  const content =
    "<style>p { color: red }</style><table><tr><td>From</td><td>Ann</td></tr></table>\n" +
    "<p>1 &lt; 2 &amp; 3<br/>&#x4f60;&#22909;</p>";

  assert.equal(readable({ contentType: "html", content }), "From\tAnn\n1 < 2 & 3\n你好");
  assert.equal(readable({ contentType: "text", content: "<p>as it is</p>\n" }), "<p>as it is</p>");
});

function logged(level: LogRecord["level"], message: string): LogRecord {
  const time = "2026-03-02T08:00:00.000Z";
  return { time, level, message, category: "Function.convert.User", function: "convert" };
}
