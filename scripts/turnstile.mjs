// One process at a time: a folder is the lock, because making one is atomic everywhere. Only `node:` builtins: set-up needs it before
// anything is installed.
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** How long a turnstile may stand without a holder's name: between the two steps of taking it. */
const NAMELESS_MS = 5_000;

/**
 * Does the work when no other process is at it. A holder that died is passed over.
 * @template T
 * @param {string} turnstile the folder that is the lock; its parents are made
 * @param {() => T | Promise<T>} work
 * @param {() => void} onWait called once when another process is at work
 * @returns {Promise<T>}
 */
export async function alone(turnstile, work, onWait) {
  mkdirSync(path.dirname(turnstile), { recursive: true });
  for (let waited = false; !take(turnstile); waited = true) {
    if (!waited) onWait();
    clearStale(turnstile);
    await wait(200);
  }
  try {
    return await work();
  } finally {
    rmSync(turnstile, { recursive: true, force: true });
  }
}

/** @param {string} turnstile */
function take(turnstile) {
  try {
    mkdirSync(turnstile);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
  writeFileSync(path.join(turnstile, 'pid'), String(process.pid));
  return true;
}

/**
 * A turnstile whose holder died is moved aside first, so that only one of several waiters removes it.
 * @param {string} turnstile
 */
function clearStale(turnstile) {
  try {
    if (holderLives(turnstile)) return;
    const aside = `${turnstile}.${String(process.pid)}`;
    renameSync(turnstile, aside);
    rmSync(aside, { recursive: true, force: true });
  } catch {
    // Gone in the meantime: the next round takes it.
  }
}

/** @param {string} turnstile */
function holderLives(turnstile) {
  const young = () => Date.now() - statSync(turnstile).mtimeMs < NAMELESS_MS;
  let pid;
  try {
    pid = Number(readFileSync(path.join(turnstile, 'pid'), 'utf8'));
  } catch {
    return young();
  }
  if (!(pid > 0)) return young();
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}
