const { servePanel, openPanel, pictureMessage } = await import('./panel-page.ts');
const { launchBrowser } = await import('../webview-run/run-page.ts');
const P = await import('./pictures.ts');
const server = await servePanel();
const b = await launchBrowser();
for (let i = 0; i < 4; i++) {
const page = await b.newPage();
await page.addInitScript(() => {
  const W = window.Worker; window.marks = [];
  const m = (n) => window.marks.push([n, Math.round(performance.now())]);
  const f = window.fetch; window.fetch = async (...a) => { m('fetch'); const r = await f(...a); m('fetched'); return r; };
  window.Worker = class extends W { constructor(u) { super(u); m('worker'); this.addEventListener('message', (e) => m('answer ' + e.data?.id)); } postMessage(d) { m('ask ' + d.cmd + d.id); super.postMessage(d); } };
});
const panel = await openPanel(page, server, 'dark');
await page.evaluate((t) => { window.marks.push(['send', Math.round(performance.now())]); for (const data of JSON.parse(t)) window.dispatchEvent(new MessageEvent('message', { data })); }, JSON.stringify([pictureMessage(P.audit(20, 2))]));
await panel.settled();
console.log(JSON.stringify(await page.evaluate(() => window.marks)));
await page.close();
}
await b.close(); await server.close();
