import type { Frame, Locator, Page } from 'playwright-core';
import { until } from './waiting.ts';

/**
 * What a person does at the screen, and what they see there. Each of these waits until it is done, and fails with what it waited for. What a busy
 * window has lost is done once more, as a person would.
 */
const PATIENCE_MS = 60_000;
/** After so long a person looks whether they have to do it again. */
const LOOK_MS = 10_000;

/** Opens a workspace folder, or none, and waits until the explorer shows. */
export async function openFolder(page: Page, url: string, folder: string | null): Promise<void> {
  page.setDefaultTimeout(PATIENCE_MS);
  await page.goto(folder === null ? `${url}/?ew=true` : `${url}/?folder=${encodeURIComponent(folder)}`);
  await page.locator('.monaco-workbench .statusbar-item').first().waitFor();
  if (folder !== null) await page.locator('.explorer-folders-view .monaco-list-row').first().waitFor();
}

/**
 * By its tab where it has one, else by *Go to File*, as somebody who knows the name: again, where the list changed under the hand. The tab is there
 * before the text: the editor has the keyboard, and shows this file, when it is open.
 */
export async function openFile(page: Page, name: string): Promise<void> {
  const tab = page.locator(`.tabs-container .tab[data-resource-name="${name}"]:visible`).first();
  const text = page.locator(`.editor-group-container.active .monaco-editor.focused[data-uri$="/${name}"] .view-line`).first();
  for (const end = Date.now() + 2 * PATIENCE_MS; ;) {
    if (await tab.isVisible()) await succeeds(tab.click({ timeout: LOOK_MS }));
    else {
      await page.keyboard.press('Control+P');
      const found = quickInput(page).fill(name, { timeout: LOOK_MS }).then(async () => pickRow(page, name).click({ timeout: LOOK_MS }));
      if (!await succeeds(found)) await page.keyboard.press('Escape');
    }
    if (await until(async () => await text.isVisible(), LOOK_MS)) return;
    if (Date.now() > end) throw new Error(`${name} did not open.`);
  }
}

/**
 * By the command palette; `title` is the whole title, category included. What was not there yet when the palette opened does not come into it, and
 * a panel that has just been opened may take the keyboard a moment later, which closes the palette. The palette has gone when this ends: what comes
 * next is what the command has opened.
 */
export async function runCommand(page: Page, title: string): Promise<void> {
  for (const end = Date.now() + 2 * PATIENCE_MS; ;) {
    await page.keyboard.press('F1');
    const found = quickInput(page).fill(`>${title}`, { timeout: LOOK_MS }).then(async () => pickRow(page, title).waitFor({ timeout: LOOK_MS }));
    if (await succeeds(found.then(async () => pickRow(page, title).click({ timeout: LOOK_MS })))) break;
    if (Date.now() > end) throw new Error(`“${title}” did not come into the palette.`);
    await page.keyboard.press('Escape');
  }
  const asked = async (): Promise<string> => (await quickInput(page).count() === 0 ? '' : await quickInput(page).inputValue({ timeout: 1_000 }).catch(() => ''));
  if (!await until(async () => await asked() !== `>${title}`, PATIENCE_MS)) throw new Error(`The palette stays open after “${title}”.`);
}

/** By the editor's own picker, as a person would. */
export async function chooseTheme(page: Page, label: string): Promise<void> {
  const box = page.locator('.quick-input-widget:visible .quick-input-box input[placeholder^="Select Color Theme"]');
  for (const end = Date.now() + 2 * PATIENCE_MS; ;) {
    await runCommand(page, 'Preferences: Color Theme');
    if (await succeeds(box.fill(label, { timeout: LOOK_MS }).then(async () => pickRow(page, label).click({ timeout: LOOK_MS })))) return;
    if (Date.now() > end) throw new Error(`The theme ${label} did not come into the list.`);
    await page.keyboard.press('Escape');
  }
}

function quickInput(page: Page): Locator {
  return page.locator('.quick-input-widget:visible .quick-input-box input');
}

function pickRow(page: Page, label: string | RegExp): Locator {
  const name = typeof label === 'string' ? new RegExp(`^${escape(label)}$`) : label;
  return page.locator('.quick-input-list .monaco-list-row', { has: page.locator('.label-name', { hasText: name }) }).first();
}

function editorOf(file: string): string {
  return file === '' ? '.monaco-editor' : `.monaco-editor[data-uri$="/${file}"]`;
}

/** A code lens as it is shown, of any editor or of this file's. */
export function codeLens(page: Page, text: string | RegExp, file = ''): Locator {
  return page.locator(`${editorOf(file)} .codelens-decoration > :is(a, span):visible`, { hasText: text }).first();
}

export interface LensPlace {
  /** Of the editor that shows this file; else of any. */
  readonly file?: string;
  /** Which of several, from 0. */
  readonly at?: number;
}

/**
 * Clicks a code lens until it has taken the click. Of a document that it shows anew the workbench shows the lenses it remembers, as words without a
 * link; and an editor that loses the keyboard before its lenses have come does not ask for them any more. It asks again when it gets the keyboard.
 */
export async function clickLens(page: Page, text: string | RegExp, { file = '', at = 0 }: LensPlace = {}): Promise<void> {
  const editor = editorOf(file);
  const shown = codeLens(page, text, file);
  const link = page.locator(`${editor} .codelens-decoration > a:visible`, { hasText: text }).nth(at);
  for (const end = Date.now() + 2 * PATIENCE_MS; ;) {
    if (await until(async () => await link.isVisible(), 5_000) && await succeeds(link.click({ timeout: LOOK_MS }))) return;
    if (Date.now() > end) throw new Error(`No lens “${String(text)}” took a click.`);
    // What has opened below the mouse may lie over it; and an editor that has the keyboard already is not given it.
    await page.mouse.move(0, 0);
    await page.evaluate(() => { if (document.activeElement instanceof HTMLElement) document.activeElement.blur(); });
    const words = await shown.isVisible() ? shown : page.locator(`${editor} .view-line:visible`).first();
    await succeeds(words.click({ timeout: LOOK_MS }));
  }
}

/** Opens the Problems panel and gives its rows. */
export async function problems(page: Page): Promise<Locator> {
  const panel = page.locator('.markers-panel');
  for (const end = Date.now() + PATIENCE_MS; !await panel.isVisible();) {
    await page.keyboard.press('Control+Shift+M');
    if (!await until(async () => await panel.isVisible(), LOOK_MS) && Date.now() > end) throw new Error('The Problems panel did not open.');
  }
  return panel.locator('.monaco-list-row');
}

/**
 * From the Problems panel to the place of this problem, and takes the fix of this title for it. The editor asks for fixes only once it has looked
 * around itself; `seen` is called when the fix is in sight.
 */
export async function quickFix(page: Page, problem: string, fix: string, seen: () => Promise<void> = () => Promise.resolve()): Promise<void> {
  const list = page.locator('.context-view .action-widget:visible').first();
  const first = list.locator('.monaco-list-row.focused', { hasText: fix });
  for (const end = Date.now() + 2 * PATIENCE_MS; Date.now() < end; await page.keyboard.press('Escape')) {
    await (await problems(page)).filter({ hasText: problem }).first().dblclick();
    if (!await until(async () => await page.locator('.monaco-editor.focused').count() > 0, LOOK_MS)) continue;
    await page.keyboard.press('Control+.');
    if (!await until(async () => await first.isVisible(), 5_000)) continue;
    await seen();
    if (!await first.isVisible()) continue;
    await page.keyboard.press('Enter');
    if (await until(async () => !await list.isVisible(), LOOK_MS)) return;
  }
  throw new Error(`No fix “${fix}” came for “${problem}”.`);
}

/** A view container of the activity bar: a click on its icon, unless it is open. */
export async function openViewContainer(page: Page, title: string): Promise<void> {
  const tab = page.locator(`.activitybar .action-item a[aria-label^="${title}"]`);
  await tab.waitFor();
  const heading = page.locator('.sidebar .composite.title', { hasText: title });
  for (const end = Date.now() + PATIENCE_MS; !await until(async () => await heading.isVisible(), 500);) {
    if (Date.now() > end) throw new Error(`${title} did not open.`);
    if (await tab.getAttribute('aria-expanded') !== 'true') await tab.click();
    await until(async () => await heading.isVisible(), LOOK_MS);
  }
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
export async function webview(page: Page, title: string | RegExp, patience = PATIENCE_MS): Promise<Frame> {
  const titles = new Set<string>();
  for (const end = Date.now() + patience; Date.now() < end; await page.waitForTimeout(50)) {
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

async function succeeds(action: Promise<unknown>): Promise<boolean> {
  return action.then(() => true, () => false);
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
