import type { CallToolResult, Tool } from '@modelcontextprotocol/sdk/types.js';
import type { Json, JsonObject } from '../../protocol/json.ts';
import type { ListedTool, Outcome, ToolReply } from '../durable/context.ts';
import { prefixOfBytes } from '../models/token-count.ts';
import { createImageTaker, type ImageTaker } from './tool-images.ts';

/** Most of a tool's answer that a model is given: bytes of UTF-8. */
export const LARGEST_TEXT = 64 * 1024;

/** What a tool said, as text, and what it showed. Failures of the tool itself are errors that go back to the model. */
export function outcomeOfResult(result: CallToolResult, redact: (text: string) => string): Outcome {
  const images = createImageTaker(redact);
  const parts = result.content.map((block) => textOfBlock(block, images)).filter((part) => part !== '');
  const said = parts.length > 0 || result.structuredContent === undefined ? parts.join('\n') : JSON.stringify(result.structuredContent);
  const reply = cut(redact(said.toWellFormed()));
  if (result.isError === true) return { status: 'error', error: { name: 'Tool.Failed', message: reply.text === '' ? 'The tool failed and does not say why.' : reply.text } };
  return { status: 'ok', value: (images.taken.length === 0 ? reply : { ...reply, images: images.taken }) satisfies ToolReply as unknown as Json };
}

function textOfBlock(block: CallToolResult['content'][number], images: ImageTaker): string {
  switch (block.type) {
    case 'text':
      return block.text;
    case 'image':
      return images.take(block.mimeType, block.data);
    case 'audio':
      return `[${block.type} ${block.mimeType}, ${bytesOfBase64(block.data)} bytes]`;
    case 'resource': {
      const { resource } = block;
      if ('text' in resource) return resource.text;
      return resource.mimeType?.startsWith('image/') === true ? images.take(resource.mimeType, resource.blob) : `[resource ${resource.uri}, ${bytesOfBase64(resource.blob)} bytes]`;
    }
    case 'resource_link':
      return `[resource ${block.uri}: ${block.name}]`;
  }
}

function bytesOfBase64(data: string): number {
  return Math.floor((data.replace(/=+$/, '').length * 3) / 4);
}

function cut(text: string): { readonly text: string; readonly cut?: { readonly bytes: number; readonly of: number } } {
  const size = Buffer.byteLength(text);
  if (size <= LARGEST_TEXT) return { text };
  const kept = prefixOfBytes(text, LARGEST_TEXT);
  const bytes = Buffer.byteLength(kept);
  return { text: `${kept}\n[cut here: the first ${bytes} of ${size} bytes]`, cut: { bytes, of: size } };
}

/** Unknown counts as the worse: without a hint a tool writes, and must not be called twice. */
export function listedTool({ name, description = '', inputSchema, annotations = {} }: Tool): ListedTool {
  const readOnly = annotations.readOnlyHint === true;
  return { name, description, schema: inputSchema as JsonObject, readOnly, repeatable: readOnly || annotations.idempotentHint === true };
}
