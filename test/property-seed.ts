import { configureGlobal } from 'fast-check';

/**
 * Property tests draw the same cases on every run, so that a red test is red for everyone. `FC_SEED=<number>` draws
 * others; the soak tests always do.
 */
const seed = Number(process.env['FC_SEED'] ?? 20_261_121);
configureGlobal({ seed });
