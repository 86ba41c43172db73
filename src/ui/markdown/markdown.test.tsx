import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import { Markdown } from "./markdown.tsx";
import { parseMarkdown } from "./parse.ts";

afterEach(cleanup);

/** Shows a text, and waits until it has been formatted. */
async function show(text: string): Promise<HTMLElement> {
  const { container } = render(<Markdown text={`${text}\n\n# formatted`} />);
  await screen.findByRole("heading", { name: "formatted" });
  return container;
}

const html = async (text: string): Promise<string> =>
  (await show(text)).innerHTML.replaceAll(
    / (class|tabindex|scope|style|width|height|viewbox|xmlns|fill|stroke|aria-hidden)="[^"]*"/g,
    "",
  );

test.each([
  ["a heading", "# Rain *now* #", '<p role="heading" aria-level="4">Rain <em>now</em></p>'],
  [
    "prose of two lines",
    "one\ntwo **bold** and `x*y*z`",
    "<p>one\ntwo <strong>bold</strong> and <code>x*y*z</code></p>",
  ],
  ["a line that is broken", "one  \ntwo<br>three", "<p>one<br>two<br>three</p>"],
  ["a name with underscores", "of snake_case_names", "<p>of snake_case_names</p>"],
  ["what is struck out", "~~old~~ new", "<p><del>old</del> new</p>"],
  ["an escape", "\\*no\\*", "<p>*no*</p>"],
  ["a list with a line that goes on", "- one\n  more\n- two", "<ul><li>one\nmore</li><li>two</li></ul>"],
  [
    "a list in a list",
    "- a\n  - b\n    1. c\n- d",
    '<ul><li>a<ul><li>b<ol start="1"><li>c</li></ol></li></ul></li><li>d</li></ul>',
  ],
  ["numbers from three on", "3. one\n4. two", '<ol start="3"><li>one</li><li>two</li></ol>'],
  ["items of several paragraphs", "- one\n\n  more", "<ul><li><p>one</p><p>more</p></li></ul>"],
  ["code, with what is no list in it", "```py\n- x\n```\nafter", "<pre>- x</pre><p>after</p>"],
  ["code that does not end", "```\nx", "<pre>x\n\n# formatted</pre>"],
  ["a quotation with a list", "> one\n> - two", "<blockquote><p>one</p><ul><li>two</li></ul></blockquote>"],
  ["a rule", "a\n\n---\nb", "<p>a</p><hr><p>b</p>"],
  ["tags", "<img src=x onerror=alert(1)>", "<p>&lt;img src=x onerror=alert(1)&gt;</p>"],
  ["tags in a line", "a <b onclick=x>c</b>", "<p>a &lt;b onclick=x&gt;c&lt;/b&gt;</p>"],
  ["a script", "<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"],
  ["entities", "a &lt; b &amp;&eacute;&#128512; &nosuch;", "<p>a &lt; b &amp;é😀 &amp;nosuch;</p>"],
  ["entities that would be a tag", "&lt;b&gt;x", "<p>&lt;b&gt;x</p>"],
  ["entities in code", "`&lt;`", "<code>&amp;lt;</code>"],
])("%s", async (name, text, wanted) => {
  if (name === "code that does not end") {
    const { container } = render(<Markdown text={text} />);
    await screen.findByText("x", { selector: "pre" });
    return expect(container.querySelector("pre")?.textContent).toBe("x");
  }
  expect(await html(text)).toContain(wanted);
});

test("tasks say whether they are done", async () => {
  await show("- [x] measured\n- [ ] written\n  - [x] begun");
  expect(screen.getAllByRole("img").map((box) => box.getAttribute("aria-label"))).toEqual([
    "Done:",
    "To do:",
    "Done:",
  ]);
});

test("links lead out, whether written with words, by reference or bare; other schemes are dead", async () => {
  await show(
    [
      '[one](https://a.test/1 "title") https://a.test/2. <https://a.test/3> [four] me@a.test www.a.test',
      "[x](javascript:alert(1)) [x](JaVaScRiPt:alert(1)) [x](javascript&#58;alert(1)) [x](&#106;avascript:alert(1))",
      "[x](data:text/html,a) <javascript:alert(1)> [x](vbscript:a) [x](/runs) [x](//a.test) [x](file:///etc)",
      "",
      "[four]: https://a.test/4",
    ].join("\n"),
  );
  const links = screen.getAllByRole("link").map((link) => [link.textContent, link.getAttribute("href")]);
  expect(links).toEqual([
    ["one", "https://a.test/1"],
    ["https://a.test/2", "https://a.test/2"],
    ["https://a.test/3", "https://a.test/3"],
    ["four", "https://a.test/4"],
    ["me@a.test", "mailto:me@a.test"],
    ["www.a.test", "http://www.a.test"],
  ]);
  for (const link of screen.getAllByRole("link")) expect(link.getAttribute("rel")).toContain("noreferrer");
});

test("no text makes an address of another scheme, nor an element of HTML", async () => {
  const schemes = fc.constantFrom(
    "javascript:",
    "data:",
    "JAVASCRIPT:",
    "java\tscript:",
    "&#106;avascript:",
    "blob:",
    "//",
    "https://",
  );
  const forms = fc.constantFrom(
    (to: string) => `[a](${to}x)`,
    (to: string) => `![a](${to}x)`,
    (to: string) => `<${to}x>`,
    (to: string) => `[a]\n\n[a]: ${to}x`,
    (to: string) => `<a href="${to}x">a</a>`,
    (to: string) => `[![a](${to}x)](${to}y)`,
    (to: string) => `| a |\n|-|\n| [a](${to}x) |`,
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(schemes, forms), { minLength: 1, maxLength: 3 }), async (parts) => {
      const shown = await show(parts.map(([scheme, form]) => form(scheme)).join("\n\n"));
      for (const element of shown.querySelectorAll("[href], [src]"))
        expect(element.getAttribute("href") ?? element.getAttribute("src")).toMatch(/^(https?|mailto):/);
      expect(shown.querySelector("script, iframe, object, embed, form, style")).toBeNull();
      cleanup();
    }),
    { numRuns: 60 },
  );
});

test("a table has a head and rows, and a line below it is no longer part of it", async () => {
  await show("| city | rain |\n|:--|--:|\n| Oslo | **7** |\n| a\\|b | `x` |\n\nend");
  expect(screen.getAllByRole("columnheader").map(({ textContent }) => textContent)).toEqual(["city", "rain"]);
  const cells = screen.getAllByRole("cell");
  expect(cells.map(({ textContent }) => textContent)).toEqual(["Oslo", "7", "a|b", "x"]);
  expect(cells.map(({ style }) => style.textAlign)).toEqual(["left", "right", "left", "right"]);
});

test("an image of this server is shown, one of another host after it is asked for, by its name", async () => {
  await show(
    "![ours](/plot.png) ![theirs](https://images.test/a.png) ![plain](http://images.test/b.png) ![d](data:image/png;base64,AA)",
  );
  expect(screen.getAllByRole("img").map((image) => image.getAttribute("alt"))).toEqual(["ours"]);
  fireEvent.click(screen.getByRole("button", { name: "theirs: Show image from images.test" }));
  const image = screen.getByRole("img", { name: "theirs" });
  expect(image.getAttribute("src")).toBe("https://images.test/a.png");
  expect(image.getAttribute("referrerpolicy")).toBe("no-referrer");
  expect(screen.getByRole("link", { name: "plain" }).getAttribute("href")).toBe("http://images.test/b.png");
  fireEvent.error(image);
  expect(screen.getByText(/Image not loaded/)).toBeDefined();
  expect(screen.queryByRole("button")).toBeNull();
});

test("an image in a link is beside it", async () => {
  const shown = await show("[![build](https://images.test/badge.svg)](https://a.test)");
  expect(shown.querySelector("a button, a img")).toBeNull();
  expect(screen.getByRole("button", { name: "build: Show image from images.test" })).toBeDefined();
  expect(screen.getByRole("link").getAttribute("href")).toBe("https://a.test");
});

test.each([
  ["too deep", "> ".repeat(20_000), "nests too deeply"],
  ["too long", "a ".repeat(300_000), "too long"],
  ["of too many elements", "- a\n".repeat(15_000), "too many elements"],
])("a text that is %s is shown as it was written, with the reason", async (_, text, reason) => {
  expect(parseMarkdown(text)).toEqual({ kind: "plain", reason: expect.stringContaining(reason) });
  render(<Markdown text={text} />);
  await screen.findByText(new RegExp(`Shown unformatted: .*${reason}`));
});
