import { scanExpression, splitTemplate, type Token } from '../expressions/scan.ts';
import { scalarOffsets } from '../syntax/scalar-offset.ts';
import type { YamlScalar } from '../syntax/yaml-tree.ts';

export interface ExpressionSource {
  readonly source: string;
  /** Of the cursor in `source`. */
  readonly at: number;
  /** Of the source in the scalar's value. */
  readonly start: number;
  readonly tokens: readonly Token[];
}

/** The expression of a scalar that an offset of the text lies in. `bare`: the braces may be left out. */
export function expressionIn(text: string, scalar: YamlScalar, offset: number, bare: boolean): ExpressionSource | null {
  if (typeof scalar.value !== 'string') return null;
  const offsets = scalarOffsets(text, scalar);
  const inValue = offsets.findLastIndex((place) => place <= offset);
  if (inValue < 0) return null;
  const { value } = scalar;
  if (bare && !value.includes('{%')) return { source: value, at: inValue, start: 0, tokens: scanExpression(value, 0, false).tokens };
  for (const segment of splitTemplate(value)) {
    if (segment.kind === 'text' || inValue < segment.offset || inValue > segment.offset + segment.source.length) continue;
    return { source: segment.source, at: inValue - segment.offset, start: segment.offset, tokens: scanExpression(segment.source, 0, false).tokens };
  }
  return null;
}
