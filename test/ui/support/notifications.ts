import type { Locator, Page } from 'playwright-core';

/** A message in the lower right corner. */
export const notification = (page: Page, text: string | RegExp): Locator =>
  page.locator('.notifications-toasts .notification-list-item', { hasText: text });

/** Presses a button of a message. */
export async function clickNotification(page: Page, text: string | RegExp, button: string): Promise<void> {
  await notification(page, text).getByRole('button', { name: button }).click();
}

/** The texts of all messages that are shown. */
export const notifications = (page: Page): Promise<string[]> =>
  page.locator('.notifications-toasts .notification-list-item-message').allInnerTexts();
