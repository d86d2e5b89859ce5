import type { Locator } from 'playwright-core';

/** Does something once more when its effect does not show: a list or lens that is just being drawn anew swallows a click. */
export async function actUntil(effect: Locator, act: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    await act();
    try {
      return await effect.first().waitFor({ timeout: 15_000 });
    } catch (error) {
      if (attempt === 4) throw error;
    }
  }
}
