import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface OllamaStandIn {
  readonly url: string;
  readonly models: Set<string>;
  readonly seen: { readonly method: string; readonly path: string; readonly authorization: string | undefined; readonly body: string }[];
  /** What the next pulls do. */
  pulling: 'succeed' | 'fail' | 'break-off' | 'stall';
}

const GB = 1_000_000_000;

/** For the length of the test that starts it. */
export async function startOllama(...installed: readonly string[]): Promise<OllamaStandIn> {
  const standIn = await openOllama(...installed);
  onTestFinished(standIn.close);
  return standIn;
}

/** The administration of Ollama's native API, as far as `dagbook models` uses it, and OpenAI's list of models. */
export async function openOllama(...installed: readonly string[]): Promise<OllamaStandIn & { readonly close: () => void }> {
  const standIn: OllamaStandIn = { url: '', models: new Set(installed), seen: [], pulling: 'succeed' };
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const body = Buffer.concat(pieces).toString();
      const method = request.method ?? '';
      const path = request.url ?? '';
      standIn.seen.push({ method, path, authorization: request.headers.authorization, body });
      const json = (status: number, value: unknown): void => void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
      const { model = '' } = (body === '' ? {} : JSON.parse(body)) as { model?: string };
      if (path === '/api/tags') json(200, { models: [...standIn.models].map((name) => ({ name, size: 2 * GB })) });
      else if (path === '/api/ps') json(200, { models: [...standIn.models].slice(0, 1).map((name) => ({ name })) });
      else if (path.endsWith('/models')) json(200, { object: 'list', data: [...standIn.models].map((id) => ({ id, object: 'model' })) });
      else if (path === '/api/delete') {
        if (standIn.models.delete(model)) response.writeHead(200).end();
        else json(404, { error: `model '${model}' not found` });
      } else if (path === '/api/pull') {
        response.writeHead(200, { 'content-type': 'application/x-ndjson' });
        const line = (value: unknown): void => void response.write(`${JSON.stringify(value)}\n`);
        line({ status: 'pulling manifest' });
        line({ status: 'pulling aabbcc', total: 2 * GB, completed: GB });
        if (standIn.pulling === 'stall') return;
        if (standIn.pulling === 'break-off') return void response.socket?.destroy();
        if (standIn.pulling === 'fail') {
          line({ error: 'pull model manifest: file does not exist' });
          return void response.end();
        }
        standIn.models.add(model);
        line({ status: 'success' });
        response.end();
      } else json(404, { error: 'not found' });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(standIn, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => { server.closeAllConnections(); server.close(); } });
}
