/**
 * # The text is not YAML
 *
 * The file cannot be read from here on, so nothing is said about what follows. Only the first mistake is shown: the
 * others usually follow from it.
 *
 * ```yaml
 * nodes: [a, b
 * ```
 *
 * **Fix**: do what the message says; most often a quote, a bracket or a `:` is missing, or a tab indents a line. YAML is
 * read as version 1.2: `no` and `Y` are texts, and merge keys (`<<`) are honoured.
 */
import type { Check } from './check.ts';

export const yamlSyntax: Check = { code: 'yaml-syntax', severity: 'error', ignorable: false };
