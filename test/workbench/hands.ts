import type { Frame, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { runCommand } from './screen.ts';
import { atRest, until } from './waiting.ts';

/** After so long a person looks whether they have to do it again. */
const LOOK_MS = 5_000;
const TRIES = 12;

/** More of what a person does: menus, boxes that ask, notifications. As in `screen.ts`, each waits until it is done. */

/** A row of the list that is open at the top of the window. `label`: all of its first line, or a part by a pattern. */
export function row(page: Page, label: string | RegExp): Locator {
  const name = typeof label === 'string' ? new RegExp(`^${escape(label)}$`) : label;
  return page.locator('.quick-input-widget:visible .quick-input-list .monaco-list-row', { has: page.locator('.label-name', { hasText: name }) }).first();
}

export async function pick(page: Page, label: string | RegExp): Promise<void> {
  await row(page, label).click();
}

/** A task of ours, by *Run Task*: in the list of kinds first, then in that of tasks, which ask their extensions and fill while they are open. */
export async function pickTask(page: Page, name: string): Promise<void> {
  const task = row(page, new RegExp(escape(name)));
  const kind = row(page, /dagbook\s*$/);
  for (let tries = 0; tries < TRIES; tries++) {
    await runCommand(page, 'Tasks: Run Task');
    await until(async () => await kind.isVisible() || await task.isVisible(), LOOK_MS);
    if (!await task.isVisible()) await kind.click({ timeout: LOOK_MS }).catch(() => undefined);
    if (await task.click({ timeout: LOOK_MS }).then(() => true, () => false)) return;
    await page.keyboard.press('Escape');
  }
  throw new Error(`There was no task “${name}”.`);
}

/** The title of the box that asks for something. */
export function boxTitle(page: Page, text: string | RegExp): Locator {
  return page.locator('.quick-input-widget:visible .quick-input-title', { hasText: text });
}

/** What stands in the box that asks. */
export async function boxText(page: Page): Promise<string> {
  return await page.locator('.quick-input-widget:visible .quick-input-box input').inputValue();
}

/** Types into the box that asks, and gives it. Whoever calls this has seen that it is the box they mean. */
export async function answerBox(page: Page, text: string): Promise<void> {
  const input = page.locator('.quick-input-widget:visible .quick-input-box input');
  await input.fill(text);
  await input.press('Enter');
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

/** Names a file to the box that asks for one, to read it or to write it, once it shows where it is. */
export async function giveFile(page: Page, file: string): Promise<void> {
  await expect.poll(async () => await boxText(page)).toMatch(/^\//);
  await fillPath(page, file);
  await answerBox(page, file);
}

/**
 * Opens the menu of what is clicked with the other button, and chooses from it. A menu that has just come takes no click yet, and one whose row is
 * drawn anew goes again.
 */
export async function chooseFromMenu(page: Page, target: Locator, label: string): Promise<void> {
  const item = page.locator('.monaco-menu .action-item', { has: page.locator('.action-label', { hasText: new RegExp(`^${escape(label)}$`) }) }).first();
  for (let tries = 0; tries < TRIES; tries++) {
    await target.click({ button: 'right' });
    let clicked = false;
    for (let clicks = 0; clicks < 10 && await until(async () => await item.isVisible(), clicks === 0 ? LOOK_MS : 100); clicks++) {
      clicked = await item.click({ timeout: LOOK_MS }).then(() => true, () => false) || clicked;
      await until(async () => !await item.isVisible(), 1_000);
    }
    if (clicked && !await item.isVisible()) return;
    await page.keyboard.press('Escape');
  }
  throw new Error(`“${label}” was not taken from the menu.`);
}

/** A button on a row of a tree view, which comes when the mouse is over it; the row may be drawn anew under the mouse. */
export async function clickOnRow(row: Locator, button: string): Promise<void> {
  const action = row.locator(`[aria-label^="${button}"]`).first();
  for (let tries = 0; tries < TRIES; tries++) {
    const over = row.hover({ timeout: LOOK_MS }).then(async () => action.click({ timeout: LOOK_MS }));
    if (await over.then(() => true, () => false)) return;
    await row.page().mouse.move(0, 0);
  }
  await action.click();
}

/** Opens or closes a row of a tree view by its arrow. */
export async function unfold(row: Locator, wanted: boolean): Promise<void> {
  const isDone = async (): Promise<boolean> => await row.getAttribute('aria-expanded') === String(wanted);
  for (let tries = 0; tries < TRIES; tries++) {
    if (await isDone()) return;
    await row.locator('.monaco-tl-twistie').click();
    if (await until(isDone, LOOK_MS)) return;
  }
  throw new Error('The row does not unfold.');
}

/** The menu of a node in a graph panel: opened again, where the picture was drawn anew under it, or where the entry did not bring what was wanted. */
export async function chooseForNode(frame: Frame, node: string, label: string, brought: () => boolean | Promise<boolean> = () => true): Promise<void> {
  const item = frame.getByRole('menuitem', { name: label }).first();
  for (let tries = 0; tries < TRIES; tries++) {
    await frame.locator(`[data-node="${node}"]`).click({ button: 'right' });
    if (await item.click({ timeout: LOOK_MS }).then(() => true, () => false) && await until(brought, 4 * LOOK_MS)) return;
  }
  throw new Error(`“${label}” of ${node} brought nothing.`);
}

/** A notification that is shown, by what it says: as a toast, or in the list behind the bell. */
export function toast(page: Page, text: string | RegExp): Locator {
  return page.locator(':is(.notifications-toasts, .notifications-center) .notification-list-item:visible', { hasText: text }).first();
}

/** A toast goes after ten seconds into the list behind the bell, and is answered there. */
export async function pressOn(notification: Locator, button: string): Promise<void> {
  const page = notification.page();
  const bell = page.locator('.statusbar-item[id="status.notifications"]');
  const list = page.locator('.notifications-center.visible');
  for (let tries = 0; tries < TRIES; tries++) {
    if (await notification.locator('.monaco-button', { hasText: button }).first().click({ timeout: LOOK_MS }).then(() => true, () => false)) {
      if (await list.isVisible()) await bell.click();
      return;
    }
    if (!await list.isVisible()) await bell.click();
  }
  throw new Error(`“${button}” could not be pressed.`);
}

/** Those that are shown, and those behind the bell. */
export async function clearNotifications(page: Page): Promise<void> {
  const shown = page.locator(':is(.notifications-toasts, .notifications-center) .notification-list-item:visible');
  for (let tries = 0; tries < TRIES; tries++) {
    await runCommand(page, 'Notifications: Clear All Notifications');
    if (await until(async () => await shown.count() === 0, LOOK_MS)) return;
  }
  throw new Error('The notifications do not go.');
}

/** Types a line into the terminal, once its shell has shown that it waits for one. */
export async function typeInTerminal(page: Page, line: string): Promise<void> {
  await page.locator('.terminal-wrapper.active .xterm-rows', { hasText: /[$#%>]/ }).first().waitFor();
  const input = page.locator('.terminal-wrapper.active .xterm-helper-textarea[aria-label^="Terminal 1"]');
  await input.focus();
  await input.pressSequentially(`${line}\n`);
}

/** Follows a link in the terminal, as a person does: the mouse on it, Ctrl held, until it is one; then a click. */
export async function followTerminalLink(page: Page, text: string): Promise<void> {
  const line = page.locator('.terminal-wrapper.active .xterm-rows span', { hasText: text }).first();
  await line.waitFor();
  const pointer = page.locator('.terminal-wrapper.active .xterm-cursor-pointer');
  for (let tries = 0; tries < 20; tries++) {
    const box = await line.boundingBox();
    const words = await line.innerText();
    if (box === null) {
      await page.waitForTimeout(100);
      continue;
    }
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
