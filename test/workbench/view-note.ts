import type { Locator, Page } from 'playwright-core';

/** A result that stays above the rows of a view of ours. */
export function viewNote(page: Page, text: string | RegExp): Locator {
  return page.locator('.sidebar .tree-explorer-viewlet-tree-view > .message', { hasText: text }).first();
}
