import { expect, test } from "vitest";
import { retryingSend } from "./retrying-send.ts";

const request = () => new Request("http://127.0.0.1:9/api/flows/", { method: "POST", body: "{}" });

/** Returns these responses one after the other, the last one repeatedly. */
function answers(...input: (number | Error | Record<string, string>)[]) {
  const bodies: string[] = [];
  const send = async (sent: Request) => {
    bodies.push(await sent.text());
    const next = input.length > 1 ? input.shift() : input[0];
    if (next instanceof Error) throw next;
    return typeof next === "number"
      ? new Response(null, { status: next })
      : new Response(null, { status: 429, ...(next ? { headers: next } : {}) });
  };
  return { send, bodies };
}

test.each([
  ["a lost connection", [new TypeError("fetch failed"), 200], 200, 2],
  ["a busy server", [503, 502, 200], 200, 3],
  ["an answer that says when", [{ "retry-after": "0.05" }, 201], 201, 2],
  ["an error of the caller, which stays", [422, 200], 422, 1],
  ["an error of the server, which stays", [500, 200], 500, 1],
])("%s", async (_, input, status, times) => {
  const { send, bodies } = answers(...input);
  expect((await retryingSend(send)(request())).status).toBe(status);
  expect(bodies).toEqual(Array.from({ length: times }, () => "{}"));
});

test("after its patience the last response is returned", async () => {
  const busy = answers(503);
  expect((await retryingSend(busy.send, { giveUpAfter: 50 })(request())).status).toBe(503);
  const gone = answers(
    new TypeError("fetch failed", { cause: Object.assign(new Error("x"), { code: "ECONNREFUSED" }) }),
  );
  await expect(retryingSend(gone.send, { giveUpAfter: 50 })(request())).rejects.toThrow(
    "No server answers at http://127.0.0.1:9: ECONNREFUSED",
  );
});

test("onWait is called before each pause", async () => {
  const output: string[] = [];
  const { send } = answers(503, 503, 200);
  await retryingSend(send, { giveUpAfter: 5000, onWait: (reason) => output.push(reason) })(request());
  expect(output).toEqual(["it says 503", "it says 503"]);
});

test.each([
  ["a server that says it is busy", [503, 429, 200], 200, 3],
  ["one behind which something was lost, which stays", [502, 200], 502, 1],
])("only refused requests are retried: %s", async (_, input, status, times) => {
  const { send, bodies } = answers(...input);
  const patience = { giveUpAfter: 5000, onlyRefused: true };
  expect((await retryingSend(send, patience)(request())).status).toBe(status);
  expect(bodies).toHaveLength(times);
});

test("only refused requests are retried: an unreachable server is reported at once", async () => {
  const { send, bodies } = answers(new TypeError("fetch failed"), 200);
  const patience = { giveUpAfter: 5000, onlyRefused: true };
  await expect(retryingSend(send, patience)(request())).rejects.toThrow("fetch failed");
  expect(bodies).toHaveLength(1);
});
