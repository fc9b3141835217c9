import { setFlagsFromString } from 'node:v8';

/** Calls after which the optimizing compiler takes a function up; V8 waits for 3,000. */
const CALLS = 150;
/** Calls without a surprise before that; V8 waits for 500. */
const CALLS_AS_EXPECTED = 100;

/**
 * For a process that runs workflows for hours. A run is thousands of short functions called a few times each, so V8 as it is
 * set up compiles them well only after hundreds of runs. To be called before anything else: a function keeps the patience it
 * was first seen with. A process that runs one workflow and ends would only compete with its own compiler. Other versions of
 * V8 have a compiler in between (Maglev), and numbers of their own.
 */
export function compileSooner(): void {
  if (!process.versions.v8.startsWith('12.4.')) return;
  setFlagsFromString(`--invocation-count-for-turbofan=${String(CALLS)}`);
  setFlagsFromString(`--minimum-invocations-after-ic-update=${String(CALLS_AS_EXPECTED)}`);
}
