import { expect, test } from "vitest";
import { withoutSecrets, withoutSecretsInText } from "./secrets.ts";

test.each([
  ["postgres://etl:hunter2@db:5432/x", "postgres://etl:[hidden]@db:5432/x"],
  ["Authorization: Bearer abc.def-ghi_123", "Authorization: Bearer [hidden]"],
  ["GET /x?api_key=12345&day=1", "GET /x?api_key=[hidden]&day=1"],
  ['{"password": "hunter2", "day": 1}', '{"password": "[hidden]", "day": 1}'],
  ["DB_PASSWORD=hunter2 started", "DB_PASSWORD=[hidden] started"],
  ["the token of the reader is lost", "the token of the reader is lost"],
  ["http://host:4200/runs", "http://host:4200/runs"],
])("of the text %s", (text, expected) => {
  expect(withoutSecretsInText(text)).toBe(expected);
});

test("values whose keys suggest secrets are hidden at any depth, null and other values are kept", () => {
  const value = {
    ...{ day: 1, api_key: "k", list: [{ password: "p", user: "u" }], clientSecret: { a: 1 } },
    ...{ token: null, max_tokens: 5, url: "https://u:p@host/", passenger: "Ann" },
  };
  expect(withoutSecrets(value)).toEqual({
    ...{ day: 1, api_key: "[hidden]", list: [{ password: "[hidden]", user: "u" }], clientSecret: "[hidden]" },
    ...{ token: null, max_tokens: 5, url: "https://u:[hidden]@host/", passenger: "Ann" },
  });
});

test("the time for a long text is linear in its length", () => {
  const cpu = (text: string) => {
    const began = process.cpuUsage();
    withoutSecretsInText(text);
    const { user, system } = process.cpuUsage(began);
    return user + system;
  };
  for (const unit of ["a://b:", "token ", "Bearer a", "_-token=", "aaaaaaaa"]) {
    cpu(unit.repeat(1_000));
    expect(cpu(unit.repeat(40_000))).toBeLessThan(2_000_000);
  }
});
