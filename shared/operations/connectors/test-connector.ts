import { SourceError } from "../../domain/errors.ts";
import type { Connector } from "../../pipeline/connector.ts";
import type { OperationsPorts } from "../ports.ts";

export interface ConnectorTest {
  readonly ok: boolean;
  /** A fixed word, when it is not: `unauthorized`, `ended-early`, … */
  readonly detail?: string;
  readonly remedy?: string;
}

/** What a person does about each failure of a source; the words are those of `SourceError`. */
const REMEDIES: Readonly<Record<SourceError["code"], string>> = {
  stopped:
    "The source refuses the account: check the user name in the connector file and the secret behind the app setting that it names.",
  throttled: "The source asks to be left alone for a while: try again later.",
  unavailable:
    "The source does not answer: check its address, its certificate and the way to it, then ask its operator.",
  "item-unavailable": "The source cannot give one item: ask its operator.",
};

/** Whether the app, as it runs, can sign in at the connector's source. */
export async function testConnector(
  connector: Connector,
  { sourceOf }: Pick<OperationsPorts, "sourceOf">,
): Promise<ConnectorTest> {
  try {
    await sourceOf(connector).test();
    return { ok: true };
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return { ok: false, detail: error.detail, remedy: REMEDIES[error.code] };
  }
}
