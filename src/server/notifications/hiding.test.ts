import { describe, expect, test } from "vitest";
import { redactor } from "./hiding.ts";

const address = "https://hooks.example.com/services/T1/B2/verysecrettoken?sig=a%2Bb9&mode=hunter";
const cases: [what: string, secrets: string[], text: string, shown: string][] = [
  ["a secret", ["s3cret"], "401: s3cret is wrong", "401: ******** is wrong"],
  ["a secret within other text", ["s3cret"], "xs3cretx", "x********x"],
  [
    "a word that is a secret, by itself",
    ["hook"],
    "no hook here; the webhook is gone",
    "no ******** here; the webhook is gone",
  ],
  [
    "a word beside marks",
    ["hunter"],
    "/hunter?x, hunter-2 and 'hunter'",
    "/********?x, ********-2 and '********'",
  ],
  ["a word within a word of another script", ["über"], "darüber, über", "darüber, ********"],
  ["digits within longer digits", ["4200"], "port 4200, run 142000", "port ********, run 142000"],
  ["a long secret of letters anywhere", ["abcdefghijklmnopq"], "xabcdefghijklmnopqx", "x********x"],
  ["a whole address", [address], `POST ${address} failed`, "POST ******** failed"],
  [
    "parts of an address",
    [address],
    "no such hook: /services/T1/B2/verysecrettoken",
    "no such hook: /services/T1/B2/********",
  ],
  [
    "values of an address, as sent and as meant",
    [address],
    "a%2Bb9 or a+b9, hunter",
    "******** or ********, ********",
  ],
  [
    "no words that addresses have in common",
    [address],
    "our services send messages to hooks.example.com",
    "our services send messages to hooks.example.com",
  ],
  ["no keys of an address", ["https://a.b/?token=x9y8z7"], "token x9y8z7", "token ********"],
  ["credentials of an address", ["https://me:pa55word@a.b/"], "pa55word of a.b", "******** of a.b"],
  ["the host of an address that is a token", ["slack://t0ken1234/channel"], "t0ken1234", "********"],
  ["what means something in a pattern", ["a.*b(c"], "a.*b(c axxb(c", "******** axxb(c"],
  ["what cannot be decoded", ["50%off"], "50%off", "********"],
  ["nothing that is shorter than four characters", ["abc", ""], "abc", "abc"],
];

describe("hidden is", () => {
  test.each(cases)("%s", (_, secrets, text, shown) => {
    expect(redactor(secrets)(text)).toBe(shown);
  });
});
