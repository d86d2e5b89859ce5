import type { Locator } from 'playwright-core';

/** Whether something is shown within `patience` ms. */
export const appears = (locator: Locator, patience: number): Promise<boolean> =>
  locator.waitFor({ timeout: patience }).then(
    () => true,
    () => false,
  );
