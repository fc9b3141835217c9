// npm run bench [name …]: runs the named benchmarks, or all. Each is one file here that exports `run()`.
const all = ['runtime', 'list', 'halt', 'host', 'models', 'check', 'lsp', 'graph', 'workbench'];
const names = process.argv.slice(2).filter((word) => !word.startsWith('-'));
const unknown = names.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`No benchmark called ${unknown.join(', ')}. There are: ${all.join(', ')}.`);
  process.exit(2);
}
for (const name of names.length === 0 ? all : names) {
  console.log(`\n== ${name}`);
  const { run } = await import(`./${name}.mjs`);
  await run();
}
// A driver may leave timers behind.
process.exit(0);
