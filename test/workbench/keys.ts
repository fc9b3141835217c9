import type { Frame, Page } from 'playwright-core';
import { expect } from 'vitest';
import { until } from './waiting.ts';

/**
 * What a person does who has no mouse, and where they see that they are. Nothing here points or clicks: every step is a key, and waits for what it
 * brings.
 */
const PATIENCE = { timeout: 60_000 };
/** After so long a person looks whether they have to do it again. */
const LOOK_MS = 10_000;
const TRIES = 10;

/** Where the keyboard is. */
export interface Focus {
  /** What it is called: its label, else its text. */
  readonly name: string;
  /** Nothing = it can be seen; else why not. */
  readonly unseen: string | null;
}

/** By the command palette; `title` is the whole title, category included. */
export async function command(page: Page, title: string): Promise<void> {
  await findAndTake(page, 'F1', title, (row) => isCalled(row, title));
}

/** By *Go to File*. The tab is there before the text: the editor has the keyboard, and shows this file, when it is open. */
export async function goToFile(page: Page, name: string): Promise<void> {
  const text = page.locator(`.editor-group-container.active .monaco-editor.focused[data-uri$="/${name}"] .view-line`).first();
  for (let attempt = 0; attempt < TRIES; attempt++) {
    await findAndTake(page, 'Control+P', name, (row) => row.startsWith(name));
    if (await until(async () => await text.isVisible(), LOOK_MS)) return;
  }
  throw new Error(`${name} did not open.`);
}

/** What was not there yet when the list opened does not come into it: then it is opened anew. What was chosen is under way when the list has gone. */
async function findAndTake(page: Page, key: string, text: string, isIt: (row: string) => boolean): Promise<void> {
  const prefix = key === 'F1' ? '>' : '';
  for (let attempt = 0; attempt < TRIES; attempt++) {
    await page.keyboard.press(key);
    if (await write(page, prefix + text) && await until(async () => isIt(await focusedRow(page) ?? ''), 5_000)) {
      await page.keyboard.press('Enter');
      if (await until(async () => await written(page) !== prefix + text, LOOK_MS)) return;
    }
    await page.keyboard.press('Escape');
  }
  throw new Error(`“${text}” did not come into the list.`);
}

const BOX = '.quick-input-widget:visible .quick-input-box input';

/** Writes into the box that has opened, in the place of what stands there. False where no box has the keyboard, or it lost it meanwhile. */
async function write(page: Page, text: string): Promise<boolean> {
  if (!await until(async () => await page.locator(`${BOX}:focus`).count() > 0, LOOK_MS)) return false;
  await page.keyboard.press('Control+A');
  // At once: a box that closes in the middle would leave the rest to what lies below it.
  await page.keyboard.insertText(text);
  return await until(async () => await written(page) === text, 2_000);
}

async function written(page: Page): Promise<string | null> {
  const [box] = await page.locator(BOX).all();
  return await box?.inputValue({ timeout: 1_000 }).catch(() => null) ?? null;
}

/** In the list that has opened: types what is wanted, and takes it once it stands under the cursor. */
export async function chooseRow(page: Page, label: string): Promise<void> {
  await expect.poll(async () => await write(page, label) && await until(async () => isCalled(await focusedRow(page) ?? '', label), 5_000), PATIENCE).toBe(true);
  await page.keyboard.press('Enter');
}

function isCalled(row: string, label: string): boolean {
  return row === label || row.startsWith(`${label},`);
}

/** Answers the box that has opened and asks for this. */
export async function answerBox(page: Page, title: string | RegExp, answer: string): Promise<void> {
  await page.locator('.quick-input-widget:visible', { hasText: title }).waitFor();
  await page.locator(`${BOX}:focus`).waitFor();
  if (answer !== '') await expect.poll(async () => await write(page, answer), PATIENCE).toBe(true);
  await page.keyboard.press('Enter');
}

async function focusedRow(page: Page): Promise<string | null> {
  const [row] = await page.locator('.quick-input-widget:visible .monaco-list-row.focused').all();
  return await row?.getAttribute('aria-label', { timeout: 1_000 }).catch(() => null) ?? null;
}

/** Into a view of ours. A view that has just been opened takes the keyboard only when it is asked once more. */
export async function goToView(page: Page, view: string): Promise<void> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    await command(page, `Dagbook: Focus on ${view} View`);
    if (await until(async () => await hasView(page, view), 5_000)) return;
  }
  throw new Error(`The view ${view} did not take the keyboard.`);
}

async function hasView(page: Page, view: string): Promise<boolean> {
  return await page.locator(`.monaco-list[aria-label="${view}"]:focus`).count() > 0;
}

/** Into a webview of the second group of editors. The workbench hands the keyboard on a moment later, unless something else has it by then: it is asked once more. */
export async function goToSecondGroup(page: Page, frame: Frame): Promise<void> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    await page.keyboard.press('Control+2');
    if (await until(async () => await frame.evaluate(() => document.hasFocus()), 5_000)) return;
  }
  throw new Error('The second group did not take the keyboard.');
}

/**
 * With the arrows to the row of this text; each row on the way shows that it has the keyboard. A view that was drawn anew, or lost the keyboard to
 * what has opened beside it, is gone through once more.
 */
export async function goToRow(page: Page, view: string, text: string | RegExp): Promise<void> {
  await page.locator(`.monaco-list[aria-label="${view}"]`).getByRole('treeitem', { name: text }).first().waitFor();
  for (let attempt = 0; attempt < 5; attempt++) {
    if (!await hasView(page, view)) await goToView(page, view);
    await page.keyboard.press('Home');
    if (await walkToRow(page, (name) => (typeof text === 'string' ? name.includes(text) : text.test(name)))) return;
  }
  throw new Error(`No row “${String(text)}” could be reached in ${view}.`);
}

/** False where the rows end before it, or lost the keyboard. */
async function walkToRow(page: Page, isIt: (name: string) => boolean): Promise<boolean> {
  for (let step = 0; step < 60; step++) {
    const { name, unseen } = await settledFocus(async () => await treeFocus(page));
    if (unseen === NO_ROW) return false;
    expect(unseen, `the focus on “${name}”`).toBeNull();
    if (isIt(name)) return true;
    const before = await focusedRowId(page);
    await page.keyboard.press('ArrowDown');
    if (!await until(async () => await focusedRowId(page) !== before, 5_000)) return false;
  }
  return false;
}

async function focusedRowId(page: Page): Promise<string | null> {
  return await page.evaluate(() => document.querySelector('.monaco-list:focus .monaco-list-row.focused')?.id ?? null);
}

/** What has the keyboard, once that can be seen; after a while as it is. */
async function settledFocus(read: () => Promise<Focus>): Promise<Focus> {
  await until(async () => (await read()).unseen === null, 5_000);
  return await read();
}

const NO_ROW = 'no row has the keyboard';

async function treeFocus(page: Page): Promise<Focus> {
  return await page.evaluate((none) => {
    const row = document.querySelector('.monaco-list:focus .monaco-list-row.focused');
    if (row === null) return { name: '', unseen: none };
    const { outlineStyle, outlineWidth } = getComputedStyle(row);
    return { name: row.getAttribute('aria-label') ?? '', unseen: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1 ? null : `its outline is ${outlineStyle} ${outlineWidth}` };
  }, NO_ROW);
}

/**
 * Takes the entry of a row's context menu, and waits for what it brings. A view that is drawn anew closes the menu under the hand and forgets its row:
 * then all of it is done again.
 */
export async function chooseForRow(page: Page, view: string, row: string | RegExp, entry: string, brought: () => boolean | Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 5; attempt++) {
    await goToRow(page, view, row);
    await chooseInMenu(page, entry);
    if (await until(brought, 2 * LOOK_MS)) return;
  }
  throw new Error(`“${entry}” of “${String(row)}” brought nothing.`);
}

/** Opens the context menu of what has the keyboard, and takes the entry. A menu that something else has closed meanwhile is opened once more. */
async function chooseInMenu(page: Page, entry: string): Promise<void> {
  for (let attempt = 0; attempt < 5; attempt++) {
    await page.keyboard.press('Shift+F10');
    const opened = page.locator('.monaco-menu .action-label').getByText(entry, { exact: true });
    if (await until(async () => await opened.isVisible(), 5_000) && await walkMenuTo(page, entry)) {
      await page.keyboard.press('Enter');
      return;
    }
    if (await page.locator('.monaco-menu').count() > 0) await page.keyboard.press('Escape');
  }
  throw new Error(`“${entry}” could not be reached in the menu.`);
}

/** False when the menu does not answer to the keyboard. */
async function walkMenuTo(page: Page, entry: string): Promise<boolean> {
  const focused = async (): Promise<string> => (await page.locator('.monaco-menu .action-item.focused .action-label').allInnerTexts()).join().trim();
  for (let step = 0; step < 30; step++) {
    const before = await focused();
    if (before === entry) return true;
    await page.keyboard.press('ArrowDown');
    if (!await until(async () => await focused() !== before, 2_000)) return false;
  }
  return false;
}

/** Tab by Tab until this has the keyboard, or backwards; everything on the way shows that it has. */
export async function tabTo(page: Page, frame: Frame, wanted: string | RegExp, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  const way: string[] = [];
  // A panel that has just opened gets the keyboard a moment later.
  await until(async () => await frame.evaluate(() => document.hasFocus()), LOOK_MS);
  for (let step = 0; step < 60; step++) {
    const before = await frame.evaluateHandle(() => document.activeElement);
    await page.keyboard.press(key);
    await until(async () => await frame.evaluate((element) => document.activeElement !== element, before), 5_000);
    await before.dispose();
    const { name, unseen } = await settledFocus(async () => await focusIn(frame));
    expect(unseen, `the focus on “${name}”, after ${way.join(' → ')}`).toBeNull();
    way.push(name);
    if (typeof wanted === 'string' ? name === wanted : wanted.test(name)) return;
  }
  throw new Error(`Tab never came to “${String(wanted)}”, but: ${way.join(' → ')}`);
}

/**
 * What has the keyboard inside a webview, and whether that can be seen: a ring around it of which at least three sides are cut off by nothing; or,
 * in a picture, a border that has become three points thick; or a field around a line of text that has taken the colour of the focus.
 */
export async function focusIn(frame: Frame): Promise<Focus> {
  return await frame.evaluate(() => {
    const element = document.activeElement;
    if (element === null || element === document.body || !document.hasFocus()) return { name: '', unseen: 'nothing has the keyboard' };
    const name = element.getAttribute('data-node') ?? element.getAttribute('aria-label') ?? element.textContent.trim();
    if (!element.matches(':focus-visible')) return { name, unseen: 'the browser shows no focus there' };
    const probe = document.createElement('i');
    probe.style.color = 'var(--vscode-focusBorder)';
    document.body.append(probe);
    const accent = getComputedStyle(probe).color;
    probe.remove();
    const borders = [...element.children].filter((child) => child.matches('.border, .box, .card')).map((child) => getComputedStyle(child));
    if (borders.some(({ stroke, strokeWidth }) => stroke === accent && parseFloat(strokeWidth) >= 3)) return { name, unseen: null };
    const field = element.closest('.finder');
    if (field !== null && element.matches('input')) return { name, unseen: getComputedStyle(field).borderTopColor === accent ? null : 'its field looks like any other' };
    // A part around it may draw the ring for it, above what would cover one of its own.
    const drawn = [getComputedStyle(element), getComputedStyle(element.parentElement ?? element, '::after')].find(({ outlineStyle, outlineWidth }) => outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1);
    if (drawn === undefined) return { name, unseen: 'it has no outline' };
    const own = getComputedStyle(element).outlineStyle !== 'none';
    const thick = parseFloat(drawn.outlineWidth);
    const far = parseFloat(drawn.outlineOffset) + thick;
    const box = (own ? element : element.parentElement ?? element).getBoundingClientRect();
    const sides = { left: box.left - far, top: box.top - far, right: box.right + far, bottom: box.bottom + far };
    const clip = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
    for (let above = element.parentElement; above !== null; above = above.parentElement) {
      if (getComputedStyle(above).overflow === 'visible') continue;
      const room = above.getBoundingClientRect();
      clip.left = Math.max(clip.left, room.left);
      clip.top = Math.max(clip.top, room.top);
      clip.right = Math.min(clip.right, room.right);
      clip.bottom = Math.min(clip.bottom, room.bottom);
    }
    const middle = { x: (Math.max(sides.left, clip.left) + Math.min(sides.right, clip.right)) / 2, y: (Math.max(sides.top, clip.top) + Math.min(sides.bottom, clip.bottom)) / 2 };
    // Inside of it, what stays put while the rest is scrolled is painted above the ring.
    const isCovered = (x: number, y: number): boolean => {
      for (let part = own && far <= 0 ? document.elementFromPoint(x, y) : null; part !== null && part !== element; part = part.parentElement) if (getComputedStyle(part).position === 'sticky' && element.contains(part)) return true;
      return false;
    };
    const half = thick / 2;
    const seen = [
      sides.left >= clip.left - 1 && !isCovered(sides.left + half, middle.y), sides.top >= clip.top - 1 && !isCovered(middle.x, sides.top + half),
      sides.right <= clip.right + 1 && !isCovered(sides.right - half, middle.y), sides.bottom <= clip.bottom + 1 && !isCovered(middle.x, sides.bottom - half),
    ].filter(Boolean).length;
    return { name, unseen: seen >= 3 ? null : `its outline is cut off or covered: ${JSON.stringify({ sides, clip })}` };
  });
}

/** A key that leads to one place however often it is pressed: again, where the window was moving the keyboard about when it came. */
export async function pressUntil(page: Page, frame: Frame, key: 'Home' | 'End', name: string): Promise<void> {
  await pressFor(page, key, async () => (await focusIn(frame)).name === name);
  await expectFocus(frame, name);
}

/** A key that may be pressed more than once: again, where it has not brought what was wanted. */
export async function pressFor(page: Page, key: string, brought: () => boolean | Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 5; attempt++) {
    await page.keyboard.press(key);
    if (await until(brought, LOOK_MS)) return;
  }
  throw new Error(`${key} did not bring what was waited for.`);
}

/** Waits until this has the keyboard inside a webview, and can be seen to have it. */
export async function expectFocus(frame: Frame, name: string | RegExp): Promise<void> {
  await expect.poll(async () => await focusIn(frame), PATIENCE).toEqual({ name: typeof name === 'string' ? name : expect.stringMatching(name) as unknown, unseen: null });
}
