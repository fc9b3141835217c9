// The graph panel alone, in Chromium over loopback: from the message to the picture on the screen, the first time and with the layout that was
// kept, what an edit costs, frames per second while panning and zooming.
import { setTimeout as wait } from 'node:timers/promises';
import { openGraph, pictureMessage, serveGraph } from '../test/webview-graph/graph-page.ts';
import { audit, auditRun, edge, node } from '../test/webview-graph/pictures.ts';
import { launchBrowser } from '../test/webview/panel-page.ts';
import { machine, quantile } from './shared.mjs';

const AIMS = { 20: 150, 200: 400, 1_000: 1_500 };
const ROUNDS = Number(process.env.BENCH_GRAPH_ROUNDS ?? 7);

export async function run() {
  const [browser, server] = await Promise.all([launchBrowser(), serveGraph()]);
  try {
    console.log(`${machine()}; Chromium ${browser.version()} without a graphics card`);
    for (const size of Object.keys(AIMS).map(Number)) await measureFirst(browser, server, size);
    await measureEdits(browser, server, 200);
    await measureFrames(browser, server, 1_000);
  } finally {
    await browser.close();
    await server.close();
  }
}

async function inPage(browser, work) {
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  try {
    return await work(page);
  } finally {
    await page.close();
  }
}

/** Sends messages and waits inside the page until the DOM shows what is wanted and has been painted; milliseconds. */
async function timed(page, messages, wanted) {
  return await page.evaluate(async ([text, condition]) => {
    const holds = new Function(`return ${condition}`);
    const start = performance.now();
    for (const data of JSON.parse(text)) window.dispatchEvent(new MessageEvent('message', { data }));
    while (!holds()) await new Promise((resolve) => requestAnimationFrame(resolve));
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    return performance.now() - start;
  }, [JSON.stringify(messages), wanted]);
}

const SHOWN = "document.querySelector('.canvas .node') !== null";
const LAID_OUT = `${SHOWN} && document.querySelector('.canvas.planning') === null`;

/** A fresh page each: with the loading of the script, the worker, and the layout's first, slowest time. */
async function measureFirst(browser, server, size) {
  const picture = audit(size, size === 20 ? 2 : undefined);
  const loaded = [];
  const shown = [];
  const laidOut = [];
  const again = [];
  let kept = null;
  for (let round = 0; round < ROUNDS; round++) {
    await inPage(browser, async (page) => {
      const start = performance.now();
      const panel = await openGraph(page, server, 'dark');
      loaded.push(performance.now() - start);
      const [first, whole] = await Promise.all([timed(page, [pictureMessage(picture)], SHOWN), timed(page, [], LAID_OUT)]);
      shown.push(first);
      laidOut.push(whole);
      kept ??= (await panel.sent()).find(({ kind }) => kind === 'layout') ?? null;
    });
    await inPage(browser, async (page) => {
      await openGraph(page, server, 'dark');
      if (kept !== null) again.push(await timed(page, [kept, pictureMessage(picture)], LAID_OUT));
    });
  }
  const p50 = (times) => `${quantile(times, 0.5).toFixed(0)} ms`;
  console.log(`${size} nodes: picture → nodes on the screen p50 ${p50(shown)}, with their final places and lines ${p50(laidOut)} (aim ${AIMS[size]}); once more, with the layout that was kept, ${again.length === 0 ? 'none' : p50(again)}; the empty panel before that ${p50(loaded)}`);
}

async function measureEdits(browser, server, size) {
  await inPage(browser, async (page) => {
    const before = audit(size);
    const panel = await openGraph(page, server, 'dark');
    await panel.send(pictureMessage(before));
    await panel.settled();
    const renames = [];
    const additions = [];
    let picture = before;
    for (let key = 0; key < 20; key++) {
      const name = `name-${key}`;
      const old = picture.nodes[0].id;
      const other = (id) => (id === old ? name : id);
      picture = { ...picture, nodes: picture.nodes.map((one) => ({ ...one, id: other(one.id) })), edges: picture.edges.map((one) => ({ ...one, from: other(one.from), to: other(one.to) })) };
      renames.push(await timed(page, [pictureMessage(picture, key)], `document.querySelector('[data-node="${name}"]') !== null`));
      await wait(50);
    }
    for (let key = 0; key < 10; key++) {
      const name = `added-${key}`;
      picture = { ...picture, nodes: [...picture.nodes, node(name, 'spawn', 'x', 'y')], edges: [...picture.edges, edge(picture.nodes[key * 10].id, name)] };
      additions.push(await timed(page, [pictureMessage(picture, 100 + key)], `document.querySelector('[data-node="${name}"]') !== null`));
      await panel.settled();
    }
    for (const [what, times] of [['a letter in an id', renames], ['another node, laid out anew', additions]]) console.log(`${size} nodes: ${what} → picture p50 ${quantile(times, 0.5).toFixed(0)} ms, p95 ${quantile(times, 0.95).toFixed(0)} ms (aim 100)`);
  });
}

async function measureFrames(browser, server, size) {
  await inPage(browser, async (page) => {
    const picture = audit(size);
    const panel = await openGraph(page, server, 'dark');
    await panel.send(pictureMessage(picture), { kind: 'run', overlay: auditRun(picture, Date.now()) });
    await panel.settled();
    await page.mouse.move(600, 500);
    console.log(`${size} nodes in a run: ${await frames(page, 'pan')} while panning over all of it`);
    await page.locator('.pct').click();
    await panel.settled();
    await page.mouse.move(600, 500);
    console.log(`${size} nodes in a run: ${await frames(page, 'pan')} while panning in actual size`);
    console.log(`${size} nodes in a run: ${await frames(page, 'zoom')} while zooming`);
  });
}

/** Moves are made inside the page, one per frame: the driver is not what is measured. */
export async function frames(page, what) {
  const gaps = await page.evaluate(async (kind) => {
    const canvas = document.querySelector('.canvas');
    const at = (x, y, type, buttons = 1) => canvas.dispatchEvent(new PointerEvent(type, { bubbles: true, clientX: x, clientY: y, pointerId: 1, button: 0, buttons, pointerType: 'mouse' }));
    const found = [];
    let last = performance.now();
    // A real pointer can be captured, this one cannot.
    Element.prototype.setPointerCapture = () => undefined;
    if (kind === 'pan') at(600, 500, 'pointerdown');
    for (let frame = 0; frame < 240; frame++) {
      if (kind === 'pan') at(600 + 400 * Math.sin(frame / 25), 500 + 250 * Math.cos(frame / 18), 'pointermove');
      else canvas.dispatchEvent(new WheelEvent('wheel', { bubbles: true, cancelable: true, clientX: 600, clientY: 500, deltaY: frame % 120 < 60 ? 12 : -12 }));
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const now = performance.now();
      found.push(now - last);
      last = now;
    }
    if (kind === 'pan') at(600, 500, 'pointerup', 0);
    return found.slice(10);
  }, what);
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  return `${(1_000 / mean).toFixed(0)} frames per second (p95 ${quantile(gaps, 0.95).toFixed(0)} ms a frame, worst ${Math.max(...gaps).toFixed(0)})`;
}
