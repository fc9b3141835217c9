import { chromium } from 'playwright-core';
import { mkdtempSync, mkdirSync } from 'node:fs';
const T = '/work/main/test/webview-graph/';
const { servePanel, openPanel, pictureMessage } = await import(T + 'panel-page.ts');
const P = await import(T + 'pictures.ts');
const { findings, covered } = await import(T + 'findings.ts');
const axe = (await import('axe-core')).default;
const out = process.env.OUT ?? '/tmp/look-graph'; mkdirSync(out, { recursive: true });
const server = await servePanel();
const ctx = await chromium.launchPersistentContext(mkdtempSync('/tmp/lg-'), { executablePath: '/usr/bin/chromium', headless: true, viewport: { width: 1400, height: 900 }, reducedMotion: 'reduce', args: ['--no-sandbox', '--disable-gpu', '--force-color-profile=srgb'] });
const want = process.argv.slice(2);
const now = Date.now();
const e = P.audit(200), k = P.audit(1000);
const tokens = (run, node, id, text) => ({ kind: 'frames', run, frames: [{ task_id: run, workflow_run_id: run, stage: 'agent.token', message: text, timestamp: now / 1000, seq: 3, node_id: node, agent_run_id: id }] });
const R = P.runRecord().id;
const scenes = {
  A: { p: P.tutorial(), select: 'trader' },
  B: { p: P.incident(), run: P.incidentRun(now), more: [tokens(R, 'repair', 'repair/2/1/', P.REPAIR_TEXT)], select: 'repair' },
  Bi: { p: P.incident() }, Br: { p: P.incident(), run: P.incidentRun(now), dir: 'right' },
  C: { p: P.claims() }, Cr: { p: P.claims(), dir: 'right' },
  L: { p: P.polling() }, Lr: { p: P.polling(), dir: 'right' },
  E: { p: e, run: P.auditRun(e, now) }, K: { p: k, run: P.auditRun(k, now) }, X: { p: P.hostile() },
};
for (const arg of want) {
  const [name, theme0, width = '1400'] = arg.split(':');
  const theme = theme0 || 'dark'; const s = scenes[name];
  const page = await ctx.newPage();
  page.on('console', (m) => console.log('console', m.type(), m.text()));
  page.on('pageerror', (m) => console.log('pageerror', m));
  await page.setViewportSize({ width: Number(width), height: 900 });
  const panel = await openPanel(page, server, theme);
  await panel.send({ kind: 'settings', direction: s.dir ?? 'down', reducedMotion: null }, pictureMessage(s.p), ...(s.run ? [{ kind: 'run', overlay: s.run }] : []), ...(s.more ?? []));
  await panel.settled();
  if (s.select) await page.locator(`[data-node="${s.select}"]`).click();
  await page.mouse.move(700, 20);
  await panel.settled();
  await page.screenshot({ path: `${out}/${name}-${theme}-${width}.png` });
  for (const t of ['dark','light','hc-dark','hc-light']) { await panel.theme(t); for (const f of await findings(page)) console.log(name, width, t, f); if (process.env.ALL) await page.screenshot({ path: `${out}/${name}-${t}-${width}.png` }); }
  const c = await covered(page); if (c.length) console.log(name, width, 'covered', c);
  await page.evaluate(axe.source); for (const v of (await page.evaluate('axe.run(document)')).violations) console.log(name, 'axe', v.impact, v.id, v.nodes.length, v.nodes[0].html.slice(0, 150));
  const sent = await panel.sent();
  for (const m of sent) if (m.kind === 'bug') console.log(name, m);
  await page.close();
}
await ctx.close(); await server.close();
