import type { Frame, Locator, Page } from 'playwright-core';
import { atRest } from './waiting.ts';

/** More of what a person does: menus, boxes that ask, notifications. As in `screen.ts`, each waits until it is done. */

/** A row of the list that is open at the top of the window. `label`: all of its first line, or a part by a pattern. */
export function row(page: Page, label: string | RegExp): Locator {
  const name = typeof label === 'string' ? new RegExp(`^${escape(label)}$`) : label;
  return page.locator('.quick-input-widget:visible .quick-input-list .monaco-list-row', { has: page.locator('.label-name', { hasText: name }) }).first();
}

export async function pick(page: Page, label: string | RegExp): Promise<void> {
  await row(page, label).click();
}

/** The title of the box that asks for something. */
export function boxTitle(page: Page, text: string | RegExp): Locator {
  return page.locator('.quick-input-widget:visible .quick-input-title', { hasText: text });
}

/** What stands in the box that asks. */
export async function boxText(page: Page): Promise<string> {
  return await page.locator('.quick-input-widget:visible .quick-input-box input').inputValue();
}

/** Types into the box that asks, and gives it. */
export async function answerBox(page: Page, text: string): Promise<void> {
  await page.locator('.quick-input-widget:visible .quick-input-box input').fill(text);
  await page.keyboard.press('Enter');
}

/** Types a file or folder into the box that asks for one. Until that has looked around itself it puts its own in the place of what is typed. */
export async function fillPath(page: Page, path: string): Promise<void> {
  for (let tries = 0; tries < 10; tries++) {
    await atRest(() => boxText(page));
    await page.locator('.quick-input-widget:visible .quick-input-box input').fill(path);
    if (await atRest(() => boxText(page)) === path) return;
  }
  throw new Error(`The box does not take ${path}.`);
}

/** Opens the menu of what is clicked with the other button, and chooses from it. A menu that has just come takes no click yet. */
export async function chooseFromMenu(page: Page, target: Locator, label: string): Promise<void> {
  await target.click({ button: 'right' });
  const item = page.locator('.monaco-menu .action-item', { has: page.locator('.action-label', { hasText: new RegExp(`^${escape(label)}$`) }) }).first();
  for (let tries = 0; tries < 20; tries++) {
    await item.click();
    if (await item.waitFor({ state: 'hidden', timeout: 500 }).then(() => true, () => false)) return;
  }
  throw new Error(`The menu stays open after “${label}”.`);
}

/** A button on a row of a tree view, which comes when the mouse is over it. */
export async function clickOnRow(row: Locator, button: string): Promise<void> {
  await row.hover();
  await row.locator(`[aria-label^="${button}"]`).first().click();
}

/** The menu of a node in a graph panel. */
export async function chooseForNode(frame: Frame, node: string, label: string): Promise<void> {
  await frame.locator(`[data-node="${node}"]`).click({ button: 'right' });
  await frame.getByRole('menuitem', { name: label }).first().click();
}

/** A notification that is shown, by what it says. */
export function toast(page: Page, text: string | RegExp): Locator {
  return page.locator('.notifications-toasts .notification-list-item', { hasText: text }).first();
}

export async function pressOn(notification: Locator, button: string): Promise<void> {
  await notification.locator('.monaco-button', { hasText: button }).first().click();
}

/** Follows a link in the terminal, as a person does: the mouse on it, Ctrl held, until it is one; then a click. */
export async function followTerminalLink(page: Page, text: string): Promise<void> {
  const line = page.locator('.terminal-wrapper.active .xterm-rows span', { hasText: text }).first();
  await line.waitFor();
  const pointer = page.locator('.terminal-wrapper.active .xterm-cursor-pointer');
  for (let tries = 0; tries < 20; tries++) {
    const box = await line.boundingBox();
    const words = await line.innerText();
    if (box === null) continue;
    const [x, y] = [box.x + box.width * ((words.indexOf(text) + text.length / 2) / words.length), box.y + box.height / 2];
    await page.mouse.move(x - 20, y);
    await page.keyboard.down('Control');
    await page.mouse.move(x, y);
    const isLink = await pointer.waitFor({ timeout: 1_500 }).then(() => true, () => false);
    if (isLink) await page.mouse.click(x, y);
    await page.keyboard.up('Control');
    if (isLink) return;
  }
  throw new Error(`“${text}” is no link in the terminal.`);
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
