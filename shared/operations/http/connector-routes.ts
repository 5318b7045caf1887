import { z } from "zod";
import { catalogue } from "../../connectors/catalogue.ts";
import { sha256 } from "../../domain/item-key.ts";
import {
  checkedConnector,
  enableConnector,
  listConnectors,
  putConnector,
  showConnector,
} from "../connectors/connectors.ts";
import { testConnector } from "../connectors/test-connector.ts";
import { OperationError } from "../operation-error.ts";
import { connectorOf } from "./connector-of.ts";
import { type Call, everyRole, json, jsonBody, type Route, Why } from "./route.ts";

const Switched = z.strictObject({ why: Why });
const Draft = z.looseObject({ id: z.string({ error: "must be the connector's id" }) });

/** Connector files: seen, tried, written. */
export const connectorRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "connector-types",
    roles: everyRole,
    action: "connectors.types",
    async answer() {
      return json({ types: catalogue.map(({ type, name, folder }) => ({ type, name, folder })) });
    },
  },
  {
    method: "GET",
    path: "connectors",
    roles: everyRole,
    action: "connectors.list",
    async answer(_call, ports) {
      return json({ connectors: await listConnectors(ports) });
    },
  },
  {
    method: "GET",
    path: "connectors/:connector",
    // The file names an account, which is often somebody's address.
    roles: ["Archive.Auditor", "Archive.Operator", "Archive.Administrator"],
    action: "connectors.show",
    async answer({ params }, ports) {
      return json(await showConnector(params["connector"] ?? "", ports));
    },
  },
  {
    method: "PUT",
    path: "connectors/:connector",
    roles: ["Archive.Administrator"],
    action: "connectors.put",
    trace: ({ params, body }) => ({
      detail: { connector: params["connector"], sha256: sha256(body) },
    }),
    async answer({ params, body }, ports) {
      const { id, type, enabled } = await putConnector(params["connector"] ?? "", body, ports);
      return json({ id, type, enabled });
    },
  },
  switching("enable", true),
  switching("disable", false),
  {
    method: "POST",
    path: "connectors/:connector/test",
    roles: ["Archive.Operator", "Archive.Administrator"],
    action: "connectors.test",
    async answer({ params }, ports) {
      const connector = await connectorOf(params["connector"], ports);
      return json(await testConnector(connector, ports));
    },
  },
  {
    method: "POST",
    path: "connector-drafts/test",
    roles: ["Archive.Administrator"],
    action: "connectors.test-draft",
    // The app calls a host that the caller names.
    trace: ({ body }) => ({ detail: { sha256: sha256(body) } }),
    async answer(call, ports) {
      const { id } = jsonBody(Draft, call);
      const connector = checkedConnector(id, call.body, ports);
      return json(await testConnector(connector, ports));
    },
  },
];

function switching(verb: "enable" | "disable", enabled: boolean): Route {
  return {
    method: "POST",
    path: `connectors/:connector/${verb}`,
    roles: ["Archive.Administrator"],
    action: `connectors.${verb}`,
    trace: (call) => ({
      why: jsonBody(Switched, call).why,
      detail: { connector: call.params["connector"] },
    }),
    async answer(call, ports) {
      const id = idOf(call);
      await enableConnector(id, enabled, ports);
      return json({ id, enabled });
    },
  };
}

function idOf({ params }: Call): string {
  const id = params["connector"];
  if (id === undefined) throw new OperationError("bad-request", "connector: must be named");
  return id;
}
