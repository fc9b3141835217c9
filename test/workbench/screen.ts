import type { Frame, Locator, Page } from 'playwright-core';
import { until } from './waiting.ts';

/**
 * What a person does at the screen, and what they see there. Each of these waits until it is done, and fails with what it waited for.
 */
const PATIENCE_MS = 30_000;

/** Opens a workspace folder, or none, and waits until the explorer shows. */
export async function openFolder(page: Page, url: string, folder: string | null): Promise<void> {
  page.setDefaultTimeout(PATIENCE_MS);
  await page.goto(folder === null ? `${url}/?ew=true` : `${url}/?folder=${encodeURIComponent(folder)}`);
  await page.locator('.monaco-workbench .statusbar-item').first().waitFor();
  if (folder !== null) await page.locator('.explorer-folders-view .monaco-list-row').first().waitFor();
}

/** By its tab where it has one, else by *Go to File*, as somebody who knows the name: again, where the list changed under the hand. */
export async function openFile(page: Page, name: string): Promise<void> {
  const tab = page.locator(`.tabs-container .tab[data-resource-name="${name}"]`).first();
  const active = page.locator(`.editor-group-container.active .tabs-container .tab.active[data-resource-name="${name}"]`);
  for (const until = Date.now() + 2 * PATIENCE_MS; ;) {
    if (await tab.isVisible()) await tab.click();
    else {
      await page.keyboard.press('Control+P');
      await quickInput(page).fill(name);
      await pickRow(page, name).click();
    }
    if (await active.waitFor({ timeout: 10_000 }).then(() => true, () => false)) break;
    if (Date.now() > until) throw new Error(`${name} did not open.`);
  }
  await page.locator('.editor-group-container.active .monaco-editor .view-line').first().waitFor();
}

/**
 * By the command palette; `title` is the whole title, category included. What was not there yet when the palette opened does not come into it, and
 * a panel that has just been opened may take the keyboard a moment later, which closes the palette.
 */
export async function runCommand(page: Page, title: string): Promise<void> {
  for (const until = Date.now() + 2 * PATIENCE_MS; ;) {
    await page.keyboard.press('F1');
    const found = quickInput(page).fill(`>${title}`, { timeout: 5_000 }).then(async () => pickRow(page, title).waitFor({ timeout: 5_000 }));
    if (await found.then(async () => pickRow(page, title).click({ timeout: 5_000 })).then(() => true, () => false)) return;
    if (Date.now() > until) throw new Error(`“${title}” did not come into the palette.`);
    await page.keyboard.press('Escape');
  }
}

/** By the editor's own picker, as a person would. */
export async function chooseTheme(page: Page, label: string): Promise<void> {
  await runCommand(page, 'Preferences: Color Theme');
  await quickInput(page).fill(label);
  await pickRow(page, label).click();
}

function quickInput(page: Page): Locator {
  return page.locator('.quick-input-widget:visible .quick-input-box input');
}

function pickRow(page: Page, label: string | RegExp): Locator {
  const name = typeof label === 'string' ? new RegExp(`^${escape(label)}$`) : label;
  return page.locator('.quick-input-list .monaco-list-row', { has: page.locator('.label-name', { hasText: name }) }).first();
}

/** A code lens as it is shown. */
export function codeLens(page: Page, text: string | RegExp): Locator {
  return page.locator('.codelens-decoration > :is(a, span)', { hasText: text }).first();
}

/**
 * Clicks a code lens until it has taken the click. Of a document that it shows anew the workbench shows the lenses it remembers, as words without a
 * link; it asks for them again once the editor has the keyboard, which the first click gives it.
 */
export async function clickLens(page: Page, text: string | RegExp): Promise<void> {
  const shown = codeLens(page, text);
  await shown.waitFor();
  const link = page.locator('.codelens-decoration > a', { hasText: text }).first();
  for (let attempt = 0; attempt < 5; attempt++) {
    const there = await until(async () => await link.isVisible(), 3_000);
    if (there && await link.click({ timeout: 5_000 }).then(() => true, () => false)) return;
    if (!there) await shown.click();
  }
  await link.click();
}

/** Opens the Problems panel and gives its rows. */
export async function problems(page: Page): Promise<Locator> {
  const panel = page.locator('.markers-panel');
  if (!await panel.isVisible()) await page.keyboard.press('Control+Shift+M');
  await panel.waitFor();
  return panel.locator('.monaco-list-row');
}

/** Opens the list of fixes for the problem that the cursor stands on. The editor asks for them only once it has looked around itself. */
export async function openQuickFixes(page: Page): Promise<Locator> {
  await page.locator('.monaco-editor.focused').waitFor();
  const list = page.locator('.context-view .action-widget').first();
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until;) {
    await page.keyboard.press('Control+.');
    if (await list.waitFor({ timeout: 2_000 }).then(() => true, () => false)) return list;
  }
  throw new Error('No list of quick fixes came.');
}

/** A view container of the activity bar: a click on its icon, unless it is open. */
export async function openViewContainer(page: Page, title: string): Promise<void> {
  const tab = page.locator(`.activitybar .action-item a[aria-label^="${title}"]`);
  await tab.waitFor();
  if (await tab.getAttribute('aria-expanded') !== 'true') await tab.click();
  await page.locator('.sidebar .composite.title', { hasText: title }).waitFor();
}

/** A row of a tree view, by a text in it. */
export function treeRow(page: Page, text: string | RegExp): Locator {
  return page.locator('.sidebar .pane-body .monaco-list-row', { hasText: text }).first();
}

export function statusBar(page: Page, text: string | RegExp): Locator {
  return page.locator('.statusbar-item', { hasText: text }).first();
}

/** What the toasts say that are shown. */
export function notifications(page: Page): Locator {
  return page.locator('.notifications-toasts .notification-list-item-message');
}

/** The document inside a webview panel or view, found by its title. */
export async function webview(page: Page, title: string | RegExp): Promise<Frame> {
  const titles = new Set<string>();
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await page.waitForTimeout(50)) {
    for (const frame of page.frames()) {
      const name = await webviewTitle(frame);
      if (name === null) continue;
      titles.add(name);
      if (typeof title === 'string' ? name === title : title.test(name)) return frame;
    }
  }
  throw new Error(`There was no webview “${String(title)}”. There were: ${[...titles].join(', ')}`);
}

async function webviewTitle(frame: Frame): Promise<string | null> {
  try {
    if (!frame.url().includes('/fake.html') && frame.name() === '') return null;
    const element = await frame.frameElement();
    const isActive = await element.getAttribute('id') === 'active-frame' && await element.isVisible();
    return isActive ? await element.getAttribute('title') ?? '' : null;
  } catch {
    // It went while we looked.
    return null;
  }
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
