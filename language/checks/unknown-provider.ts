/**
 * # A provider that is not known
 *
 * `simulated` (built in, offline), `openai` (and whatever speaks its API, with a `base_url`), `anthropic`, `ollama` and
 * `vscode` are known. A run would fail at the first call, and the server of a model profile would never be called.
 *
 * ```yaml
 * model: { provider: opnai, model: gpt-5-mini }
 * ```
 *
 * **Fix**: use one of them. A server that speaks OpenAI's API is `provider: openai` with its address as `base_url`.
 */
import { didYouMean, nearestWord, orList } from '../documents/nearest-word.ts';
import { textField } from '../documents/json-access.ts';
import type { Span } from '../syntax/span.ts';
import type { Check, Report } from './check.ts';

export const providers: readonly string[] = ['simulated', 'openai', 'anthropic', 'ollama', 'vscode'];

export const unknownProvider: Check = {
  code: 'unknown-provider',
  severity: 'warning',
  ignorable: true,
  agent: ({ agent, valueSpan }, report) => {
    const { provider } = agent.model;
    if (provider !== null) check(provider, valueSpan(['model', 'provider']), report);
  },
  document: ({ document: { kind }, json, valueSpan }, report) => {
    const provider = kind === 'model-profile' ? textField(json, 'provider') : null;
    if (provider !== null && provider !== '') check(provider, valueSpan(['provider']), report);
  },
};

function check(provider: string, span: Span, report: Report): void {
  if (providers.includes(provider)) return;
  const suggestion = nearestWord(provider, providers);
  const message = `No provider "${provider}".${didYouMean(suggestion)} Use ${orList(providers)}; a server that speaks OpenAI's API is openai with a base_url.`;
  report({ message, span, ...(suggestion === null ? {} : { suggestion }) });
}
