import "@kusto/language-service-next/bridge.min.js";
import "@kusto/language-service-next/Kusto.Language.Bridge.min.js";

interface List<T> {
  readonly Count: number;
  getItem(at: number): T;
}

/** What a query would do: nothing while it has faults, else give rows with these columns. */
export interface Checked {
  readonly faults: readonly string[];
  readonly columns: readonly string[];
}

/** The part of Microsoft's own Kusto parser that is used here; it puts itself into the global scope. */
interface Language {
  readonly Symbols: {
    readonly TableSymbol: { From(columns: string): { WithName(name: string): unknown } };
    readonly DatabaseSymbol: { ctor: new (name: string, members: readonly unknown[]) => unknown };
  };
  readonly GlobalState: { Default: { WithDatabase(database: unknown): unknown } };
  readonly KustoCode: {
    ParseAndAnalyze(
      query: string,
      globals: unknown,
    ): {
      GetDiagnostics(): List<{ Message: string }>;
      /** Without columns where the query has faults. */
      readonly ResultType?: { readonly Columns?: List<{ readonly Name: string }> } | null;
    };
  };
}

/**
 * A check of queries against tables, given as `{ name: "Column: type, …" }`.
 *
 * Its faults are syntax, unknown tables, columns and functions, and types that
 * do not fit. None: Log Analytics would run the query.
 */
export function queryCheck(tables: Readonly<Record<string, string>>): (query: string) => Checked {
  const { Kusto } = globalThis as unknown as { Kusto: { Language: Language } };
  const { Symbols, GlobalState, KustoCode } = Kusto.Language;
  const members = Object.entries(tables).map(([name, columns]) =>
    Symbols.TableSymbol.From(`(${columns})`).WithName(name),
  );
  const globals = GlobalState.Default.WithDatabase(
    new Symbols.DatabaseSymbol.ctor("logs", members),
  );

  return (query) => {
    const code = KustoCode.ParseAndAnalyze(query, globals);
    return {
      faults: listed(code.GetDiagnostics()).map(({ Message }) => Message),
      columns: listed(code.ResultType?.Columns).map(({ Name }) => Name),
    };
  };
}

function listed<T>(list: List<T> | undefined): readonly T[] {
  return list ? Array.from({ length: list.Count }, (_, at) => list.getItem(at)) : [];
}
