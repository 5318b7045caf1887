import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { ConfigurationError } from "../../shared/domain/errors.ts";
import { speechless } from "../../shared/domain/speechless.ts";

test("an error that leaves a function says what it is and where it was thrown, and quotes nothing", () => {
  const error = thrownBy(() => JSON.parse("Ann said: meet me at 9"));

  const told = speechless(error);

  assert.equal(told.message, "SyntaxError");
  assert.match(told.stack ?? "", /^SyntaxError\n\s+at /);
  assert.match(told.stack ?? "", /speechless\.test\.ts/);
  assert.doesNotMatch(inspect(told), /Ann|meet/);
});

test("a cause, a request and an answer are left behind", () => {
  const error = Object.assign(new Error("404 https://x.example/?sig=secret"), {
    name: "RestError",
    code: "ContainerNotFound",
    request: { url: "https://x.example/?sig=secret" },
    cause: new Error("secret"),
  });

  const told = speechless(error);

  assert.equal(told.message, "RestError ContainerNotFound");
  assert.doesNotMatch(inspect(told, { depth: null }), /secret/);
});

test("a code that is no word is not told", () => {
  const error = Object.assign(new Error("x"), { code: "ann@contoso.com said so" });

  assert.equal(speechless(error).message, "Error");
});

test("a message of many lines adds none to the stack", () => {
  const error = new TypeError("one\n    at Ann's (at 9:30)\nthree");

  assert.doesNotMatch(speechless(error).stack ?? "", /one|Ann|9:30|three/);
});

test("what is thrown and is no error is told by its type", () => {
  assert.equal(speechless("Ann said: meet me").message, "string");
});

test("a wrong setting is still named, with its remedy", () => {
  const error = new ConfigurationError(["GRAPH_CLOUD must be one of global, usgov, dod, china"]);

  assert.equal(speechless(error), error);
});

function thrownBy(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}
