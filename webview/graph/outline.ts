import type { PictureKind } from '../../protocol/picture.ts';
import { CARD } from './metrics.ts';

/** Kinds differ by shape: cut corners where ways part, round ends where they end, a person's card almost round. */
export type Shape = 'card' | 'cut' | 'person' | 'end' | 'bar';

export function shapeOf(kind: PictureKind): Shape {
  switch (kind) {
    case 'classify':
    case 'choice':
      return 'cut';
    case 'human':
      return 'person';
    case 'succeed':
    case 'fail':
      return 'end';
    case 'reduce':
      return 'bar';
    default:
      return 'card';
  }
}

export const CORNER = 12;

export function outline(shape: Shape, width: number, height: number): string {
  switch (shape) {
    case 'cut':
      return `M${CORNER} 0H${width - CORNER}L${width} ${CORNER}V${height - CORNER}L${width - CORNER} ${height}H${CORNER}L0 ${height - CORNER}V${CORNER}Z`;
    case 'person':
      return rounded(width, height, 20);
    case 'end':
      return rounded(width, height, height / 2);
    case 'bar':
      return rounded(width, height, 4);
    case 'card':
      return rounded(width, height, 6);
  }
}

function rounded(width: number, height: number, r: number): string {
  return `M${r} 0H${width - r}A${r} ${r} 0 0 1 ${width} ${r}V${height - r}A${r} ${r} 0 0 1 ${width - r} ${height}H${r}A${r} ${r} 0 0 1 0 ${height - r}V${r}A${r} ${r} 0 0 1 ${r} 0Z`;
}

/** A card without a footer is drawn shorter than its place: starting a run moves nothing. */
export function drawnHeight(shape: Shape, height: number, footer: boolean): number {
  return shape === 'bar' || shape === 'end' ? height : footer ? CARD.full : CARD.head;
}

/** Few enough to be defined once: the stripes of all cards are cut by these. */
export const CLIPS: readonly { readonly id: string; readonly path: string }[] = [
  ...(['card', 'cut', 'person'] as const).flatMap((shape) => [CARD.head, CARD.full].map((height) => ({ id: clipId(shape, height), path: outline(shape, CARD.width, height) }))),
  { id: clipId('bar', 28), path: outline('bar', 216, 28) },
  { id: clipId('end', 36), path: outline('end', 160, 36) },
];

export function clipId(shape: Shape, height: number): string {
  return `clip-${shape}-${height}`;
}
