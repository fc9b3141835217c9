// The property and fuzz tests of the language server, with enough cases to take minutes.
process.env['DAGBOOK_SOAK_RUNS'] ??= '2000';

await import('../server/reread.test.ts');
await import('../server/session.test.ts');
await import('../server/fuzz.test.ts');

export {};
