import { createServer, request as requestHttp } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LLMock } from '@copilotkit/aimock';
import { onTestFinished } from 'vitest';
import { startOllama, type OllamaStandIn } from './catalog-server.ts';

/** A server that no one here wrote, with the APIs of three providers, on a free port of loopback until the test ends. */
export async function startMock(): Promise<LLMock> {
  const mock = new LLMock({ port: 0, host: '127.0.0.1' });
  await mock.start();
  let stopped = false;
  const stop = mock.stop.bind(mock);
  mock.stop = async () => {
    if (stopped) return;
    stopped = true;
    await stop();
  };
  onTestFinished(() => mock.stop());
  return mock;
}

/** Ollama as it is: the mock's chat, and a stand-in's administration, which the mock does not have. */
export async function startMockOllama(mock: LLMock): Promise<{ readonly url: string; readonly standIn: OllamaStandIn }> {
  const standIn = await startOllama();
  const server = createServer((request, response) => {
    const target = new URL(request.url ?? '/', request.url?.startsWith('/api/chat') === true ? mock.url : standIn.url);
    const forward = requestHttp(target, { method: request.method, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    forward.on('error', () => response.destroy());
    request.pipe(forward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => { server.closeAllConnections(); server.close(); });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, standIn };
}

/** What the tutorial's agents are answered: JSON that fits, in a fence as models like to write it. */
export function answerTutorial(mock: LLMock): void {
  const fenced = (value: unknown): { content: string } => ({ content: `Here it is:\n\n\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\`` });
  mock.on({ systemMessage: 'market researcher' }, fenced({ summary: 'Grüße 😀 from the mock.', lookback_days: 30, candidates: [{ symbol: 'SPY', return_pct: 1.5, volatility_pct: 11, note: 'even' }, { symbol: 'QQQ', return_pct: 3, volatility_pct: 15, note: 'ahead' }] }));
  mock.on({ systemMessage: 'portfolio analyst' }, fenced({ symbol: 'QQQ', confidence: 0.8, rationale: 'The best return for its risk.' }));
  mock.on({ systemMessage: 'paper trader' }, fenced({ symbol: 'QQQ', side: 'buy', amount_usd: 800, paper: true, rationale: 'As sure as the analyst is.' }));
  mock.onMessage(/are you there/, { content: 'Yes, I am here.' });
}
