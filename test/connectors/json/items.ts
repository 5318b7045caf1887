import { readJson } from "../../../shared/connectors/json/read-json.ts";
import type { Message } from "../../../shared/domain/message.ts";
import { fixture, receivedAt } from "./fixtures.ts";

/** The message of a fixture. */
export function read(title: string): Message {
  const { bytes, name } = fixture(title);
  return readJson(bytes, { receivedAt, name });
}

/** The message of any JSON value. */
export function readValue(value: unknown, name = "WeChat"): Message {
  return readJson(Buffer.from(JSON.stringify(value)), { receivedAt, name });
}

/** A raw message of Ann's to Bob, with other fields in its body and its wrapper. */
export function rawMessage(body: object = {}, wrapper: object = {}): object {
  return {
    typ: "RawMessage",
    gatewayReceivedDate: 1_795_080_600_000,
    networkType: "WECHAT",
    body: {
      messageType: "Text",
      owner: { type: "PHONE", value: "15550100" },
      sender: { type: "PHONE", value: "15550100" },
      recipients: [{ type: "PHONE", value: "15550101" }],
      direction: "Outgoing",
      text: "Hello",
      messageTime: 1_795_078_800_123,
      ...body,
    },
    ...wrapper,
  };
}

/** A device's message of Bob's to Ann, with other fields. */
export function deviceMessage(fields: object = {}): object {
  return {
    msisdn: "15550100",
    messageId: "1795078800000_15550101_0",
    messageContext: "app-message",
    messageTime: "2026-11-19T09:00:00Z",
    from: "15550101",
    to: ["15550100"],
    direction: "In",
    textContent: "Hello",
    ...fields,
  };
}
