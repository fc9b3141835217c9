import type { Frame, Page } from 'playwright-core';
import { expect } from 'vitest';
import { until } from './waiting.ts';

/**
 * What a person does who has no mouse, and where they see that they are. Nothing here points or clicks: every step is a key, and waits for what it
 * brings.
 */
const PATIENCE = { timeout: 30_000 };

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

/** By *Go to File*. */
export async function goToFile(page: Page, name: string): Promise<void> {
  await findAndTake(page, 'Control+P', name, (row) => row.startsWith(name));
  await page.locator(`.tabs-container .tab.active[data-resource-name="${name}"]`).waitFor();
  await page.locator('.editor-group-container.active .monaco-editor.focused .view-line').first().waitFor();
}

/** What was not there yet when the list opened does not come into it: then it is opened anew. */
async function findAndTake(page: Page, key: string, text: string, isIt: (row: string) => boolean): Promise<void> {
  for (let attempt = 0; attempt < 10; attempt++) {
    await page.keyboard.press(key);
    await page.locator('.quick-input-widget:visible .quick-input-box input').waitFor();
    await page.keyboard.type(text);
    if (await until(async () => isIt(await focusedRow(page) ?? ''), 3_000)) {
      await page.keyboard.press('Enter');
      return;
    }
    await page.keyboard.press('Escape');
  }
  throw new Error(`“${text}” did not come into the list.`);
}

/** In the list that has opened: types what is wanted, and takes it once it stands under the cursor. */
export async function chooseRow(page: Page, label: string): Promise<void> {
  await page.locator('.quick-input-widget:visible .quick-input-box input').waitFor();
  await page.keyboard.type(label);
  await expect.poll(async () => isCalled(await focusedRow(page) ?? '', label), PATIENCE).toBe(true);
  await page.keyboard.press('Enter');
}

function isCalled(row: string, label: string): boolean {
  return row === label || row.startsWith(`${label},`);
}

/** Answers the box that has opened and asks for this. */
export async function answerBox(page: Page, title: string | RegExp, answer: string): Promise<void> {
  await page.locator('.quick-input-widget:visible', { hasText: title }).waitFor();
  if (answer !== '') {
    await page.keyboard.press('Control+A');
    await page.keyboard.type(answer);
  }
  await page.keyboard.press('Enter');
}

async function focusedRow(page: Page): Promise<string | null> {
  const row = page.locator('.quick-input-widget:visible .monaco-list-row.focused');
  return await row.count() === 0 ? null : await row.first().getAttribute('aria-label');
}

/** Into a view of ours. A view that has just been opened takes the keyboard only when it is asked once more. */
export async function goToView(page: Page, view: string): Promise<void> {
  for (let attempt = 0; attempt < 10; attempt++) {
    await command(page, `Dagbook: Focus on ${view} View`);
    if (await until(async () => await page.locator(`.monaco-list[aria-label="${view}"]:focus`).count() > 0, 3_000)) return;
  }
  throw new Error(`The view ${view} did not take the keyboard.`);
}

/** Into a webview of the second group of editors. The workbench hands the keyboard on a moment later, unless something else has it by then: it is asked once more. */
export async function goToSecondGroup(page: Page, frame: Frame): Promise<void> {
  for (let attempt = 0; attempt < 10; attempt++) {
    await page.keyboard.press('Control+2');
    if (await until(async () => await frame.evaluate(() => document.hasFocus()), 3_000)) return;
  }
  throw new Error('The second group did not take the keyboard.');
}

/** With the arrows to the row of this text; each row on the way shows that it has the keyboard. */
export async function goToRow(page: Page, view: string, text: string | RegExp): Promise<void> {
  const rows = page.locator(`.monaco-list[aria-label="${view}"]:focus`);
  await rows.getByRole('treeitem', { name: text }).first().waitFor();
  await page.keyboard.press('Home');
  const matches = (name: string): boolean => (typeof text === 'string' ? name.includes(text) : text.test(name));
  for (let step = 0; step < 60; step++) {
    await page.locator('.monaco-list:focus .monaco-list-row.focused').waitFor();
    const { name, unseen } = await treeFocus(page);
    expect(unseen, `the focus on “${name}”`).toBeNull();
    if (matches(name)) return;
    await page.keyboard.press('ArrowDown');
    await until(async () => (await treeFocus(page)).name !== name, 2_000);
  }
  throw new Error(`No row “${String(text)}” could be reached in ${view}.`);
}

async function treeFocus(page: Page): Promise<Focus> {
  return await page.evaluate(() => {
    const row = document.querySelector('.monaco-list:focus .monaco-list-row.focused');
    if (row === null) return { name: '', unseen: 'no row has the keyboard' };
    const { outlineStyle, outlineWidth } = getComputedStyle(row);
    return { name: row.getAttribute('aria-label') ?? '', unseen: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1 ? null : `its outline is ${outlineStyle} ${outlineWidth}` };
  });
}

/** Opens the context menu of what has the keyboard, and takes the entry. A menu that something else has closed meanwhile is opened once more. */
export async function chooseInMenu(page: Page, entry: string): Promise<void> {
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
  for (let step = 0; step < 60; step++) {
    const before = await focusIn(frame);
    await page.keyboard.press(key);
    await until(async () => (await focusIn(frame)).name !== before.name, 1_000);
    const { name, unseen } = await focusIn(frame);
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
  for (let attempt = 0; attempt < 5; attempt++) {
    await page.keyboard.press(key);
    if (await until(async () => (await focusIn(frame)).name === name, 3_000)) break;
  }
  await expectFocus(frame, name);
}

/** Waits until this has the keyboard inside a webview, and can be seen to have it. */
export async function expectFocus(frame: Frame, name: string | RegExp): Promise<void> {
  await expect.poll(async () => await focusIn(frame), PATIENCE).toEqual({ name: typeof name === 'string' ? name : expect.stringMatching(name) as unknown, unseen: null });
}
