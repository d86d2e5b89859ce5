import { setTimeout as delay } from 'node:timers/promises';

const interval = 20;

/** Whether it came to be within `patience` ms. */
export async function waitFor(what: () => boolean | Promise<boolean>, patience: number): Promise<boolean> {
  const end = Date.now() + patience;
  while (!(await what())) {
    if (Date.now() > end) return false;
    await delay(interval);
  }
  return true;
}
