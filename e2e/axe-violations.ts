import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";

const wide = { width: 1440, height: 900 };
const sizes = [wide, { width: 390, height: 844 }];
const themes = ["light", "dark"] as const;

/** Violations that axe finds on the current page, in both themes and sizes; without minor ones. */
export async function violations(page: Page, within = "html"): Promise<string[]> {
  const found: string[] = [];
  for (const size of sizes)
    for (const theme of themes) {
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme: theme });
      await settled(page);
      // Half the time is spent on frames, of which there are none, and on the lists of passed rules.
      const { violations } = await new AxeBuilder({ page })
        .include(within)
        .setLegacyMode(true)
        .options({ resultTypes: ["violations"] })
        .analyze();
      for (const { id, impact, help, nodes } of violations)
        if (impact === "serious" || impact === "critical")
          found.push(
            `${theme} at ${size.width}: ${id}, ${help}: ${nodes.map((node) => node.html).join("\n")}`,
          );
    }
  await page.setViewportSize(wide);
  return found;
}

/** The contrasts that axe measures within an element, in both themes; texts that it cannot judge are missing. */
export async function contrasts(
  page: Page,
  within: string,
): Promise<{ theme: string; text: string; ratio: number }[]> {
  const found = [];
  for (const theme of themes) {
    await page.emulateMedia({ colorScheme: theme });
    await settled(page);
    const { passes, violations } = await new AxeBuilder({ page })
      .include(within)
      .setLegacyMode(true)
      .withRules("color-contrast")
      .analyze();
    for (const { html, any } of [...passes, ...violations].flatMap(({ nodes }) => nodes))
      found.push({ theme, text: html, ratio: Number(any[0]?.data?.contrastRatio) });
  }
  return found;
}

/** During a fade, contrast differs from that of the end state. */
const settled = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    const ending = document
      .getAnimations()
      .filter(({ effect }) => effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY);
    await Promise.allSettled(ending.map(({ finished }) => finished));
  });
