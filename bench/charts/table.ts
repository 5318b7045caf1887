import { worstOf } from "../harness/goal.ts";
import type { Case } from "../harness/report.ts";
import type { KeptRow } from "../harness/results.ts";
import { figureText, goalText, intervalText, ratioText, rounded } from "../harness/words.ts";

/** All rows as Markdown: one table of what was hoped for, one for each bench of all that it found. */
export function resultsTable(rows: readonly KeptRow[]): string {
  return [machines(rows), goals(rows), ...rows.map(details)].join("\n\n").concat("\n");
}

function machines(rows: readonly KeptRow[]): string {
  const lines = new Set(
    rows.map(({ machine, settings }) => {
      const { at, cpu, cores, memoryGb, node, commit, changed, load } = machine;
      const code = `${commit.slice(0, 9)}${changed ? " with changes" : ""}`;
      return `- ${at.slice(0, 16).replace("T", " ")} UTC, commit ${code}: Node ${node}, ${cores} cores (${cpu}), ${memoryGb} GB; ${rounded(load)} processes wanted to run when it began; ${settings.rounds} rounds`;
    }),
  );
  return ["Measured:", "", ...lines].join("\n");
}

function goals(rows: readonly KeptRow[]): string {
  const lines = rows.flatMap(({ title, cases }) =>
    cases.flatMap((each) => goalLines(each).map((line) => `| ${title} | ${line} |`)),
  );
  const verdicts = rows.flatMap(({ cases }) =>
    cases.flatMap(({ ratios, figures }) =>
      [...ratios, ...figures].flatMap(({ verdict }) => verdict ?? []),
    ),
  );
  const count = (verdict: string) => verdicts.filter((it) => it === verdict).length;
  return [
    `Of ${verdicts.length} goals ${count("met")} are met, ${count("missed")} missed, ${count("not decidable")} not decidable; all in all: ${worstOf(verdicts)}.`,
    "",
    "| bench | case | what | wall | CPU | goal | |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    ...lines,
  ].join("\n");
}

function goalLines({ name, ratios, figures }: Case): string[] {
  return [
    ...ratios
      .filter(({ goal }) => goal)
      .map((ratio) => {
        const { wall, cpu, goal, verdict } = ratio;
        return `${name} | ${ratioText(ratio)} | ${intervalText(wall)} | ${intervalText(cpu)} | ${goalText(goal)} | ${shown(verdict)}`;
      }),
    ...figures
      .filter(({ goal }) => goal)
      .map((figure) => {
        const { goal, unit, verdict } = figure;
        return `${name} | ${figure.name} | ${figureText(figure)} | | ${goalText(goal, unit)} | ${shown(verdict)}`;
      }),
  ];
}

function shown(verdict: string | undefined): string {
  return verdict === "missed" ? "**missed**" : (verdict ?? "");
}

function details({ title, name, cases }: KeptRow): string {
  return [`### ${title}`, "", `\`npm run bench -- ${name}\``, ...cases.map(caseText)].join("\n");
}

function caseText({ name, unit, standings, ratios, figures, same }: Case): string {
  const others = ratios.filter(({ goal }) => !goal);
  return [
    "",
    `**${name}**`,
    ...(standings.length === 0
      ? []
      : [
          "",
          `| contestant | ${unit} a second | wall, ms a round | CPU, ms a round |`,
          "| --- | ---: | ---: | ---: |",
          ...standings.map(
            ({ name: who, role, perSecond, wallMs, cpuMs }) =>
              `| ${who} (${role}) | ${rounded(perSecond)} | ${rounded(wallMs)} | ${rounded(cpuMs)} |`,
          ),
        ]),
    ...(others.length === 0 ? [] : ["", ...others.map(ratioLine)]),
    ...(figures.length === 0
      ? []
      : ["", figures.map((it) => `${it.name}: ${figureText(it)}`).join(" · ")]),
    "",
    `Proven the same: ${same}.`,
  ].join("\n");
}

function ratioLine(ratio: Case["ratios"][number]): string {
  return `- ${ratioText(ratio)}: wall ${intervalText(ratio.wall)}, CPU ${intervalText(ratio.cpu)}`;
}
