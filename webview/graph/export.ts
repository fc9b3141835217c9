import { s } from '../shared/vnode.ts';
import { View } from '../shared/patch.ts';
import type { Scene } from './scene.ts';

const MARGIN = 24;
const PNG_SCALE = 2;
/** Beyond this browsers give an empty canvas. */
const LARGEST_CANVAS = 12_000;

const PAINT = ['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'stroke-linecap', 'stroke-linejoin'] as const;
const FONT = ['font-size', 'font-weight', 'font-family', 'font-variant-numeric'] as const;

interface Exported {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}

export type ExportAnswer = { readonly ok: true; readonly data: string } | { readonly ok: false; readonly why: string };

/** SVG text, or PNG bytes in base64. */
export async function exported(format: 'svg' | 'png', scene: Scene, world: { readonly width: number; readonly height: number }, root: HTMLElement): Promise<ExportAnswer> {
  try {
    const picture = exportSvg(scene, world, root);
    return { ok: true, data: format === 'svg' ? picture.svg : await pngOf(picture) };
  } catch (error) {
    return { ok: false, why: `export: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** A picture of its own: everything drawn, colours of the theme written out, no style sheet, no script. */
function exportSvg(scene: Scene, world: { readonly width: number; readonly height: number }, root: HTMLElement): Exported {
  const [width, height] = [world.width + 2 * MARGIN, world.height + 2 * MARGIN];
  const stand = document.createElement('div');
  stand.className = 'offscreen still';
  root.append(stand);
  try {
    const svg = s('svg', { xmlns: 'http://www.w3.org/2000/svg', width, height, viewBox: `${-MARGIN} ${-MARGIN} ${width} ${height}` }, [s('rect', { class: 'ground', x: -MARGIN, y: -MARGIN, width, height }), s('g', { class: 'world' }, scene.children)]);
    new View(stand).show([svg]);
    const drawn = stand.firstElementChild as SVGElement;
    resolve(drawn);
    return { svg: new XMLSerializer().serializeToString(drawn), width, height };
  } finally {
    stand.remove();
  }
}

function resolve(root: SVGElement): void {
  for (const element of root.querySelectorAll<SVGElement>('*')) {
    const style = getComputedStyle(element);
    const { tagName } = element;
    if (style.display === 'none' || element.classList.contains('reach')) element.setAttribute('display', 'none');
    if (tagName === 'path' || tagName === 'rect' || tagName === 'circle' || tagName === 'text') {
      for (const name of PAINT) element.setAttribute(name, plainColour(style.getPropertyValue(name)));
      if (element instanceof SVGTextElement) keepText(element, style);
    }
    const moved = /^translate\(([-\d.]+)px, ([-\d.]+)px\)$/.exec(element.style.transform);
    if (moved !== null) element.setAttribute('transform', `translate(${moved[1] ?? '0'} ${moved[2] ?? '0'})`);
  }
  for (const element of root.querySelectorAll('*')) {
    for (const { name } of [...element.attributes]) if (name === 'class' || name === 'style' || name === 'role' || name === 'tabindex' || name.startsWith('data-') || name.startsWith('aria-')) element.removeAttribute(name);
  }
}

/** Whatever font the reader's machine has instead, the text takes the room it has here. */
function keepText(element: SVGTextElement, style: CSSStyleDeclaration): void {
  for (const name of FONT) element.setAttribute(name, style.getPropertyValue(name));
  const length = element.getComputedTextLength();
  if (length === 0) return;
  element.setAttribute('textLength', length.toFixed(1));
  element.setAttribute('lengthAdjust', 'spacingAndGlyphs');
}

/** Mixed colours come out as `color(srgb …)`, which only browsers read. */
function plainColour(value: string): string {
  const parts = /^color\(srgb ([\d.e-]+) ([\d.e-]+) ([\d.e-]+)(?: \/ ([\d.e-]+))?\)$/.exec(value);
  if (parts === null) return value;
  const [r, g, b] = [parts[1], parts[2], parts[3]].map((part) => Math.round(Math.min(1, Math.max(0, Number(part))) * 255));
  return parts[4] === undefined ? `rgb(${r}, ${g}, ${b})` : `rgba(${r}, ${g}, ${b}, ${Number(parts[4])})`;
}

/** PNG bytes in base64. */
async function pngOf({ svg, width, height }: Exported): Promise<string> {
  const scale = Math.min(PNG_SCALE, LARGEST_CANVAS / width, LARGEST_CANVAS / height);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = Math.ceil(width * scale);
  canvas.height = Math.ceil(height * scale);
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL('image/png').slice('data:image/png;base64,'.length);
}
