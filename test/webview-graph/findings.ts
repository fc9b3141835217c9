import type { Page } from 'playwright-core';

/**
 * What a sharp eye would find wrong with what is on the screen: contrast of text (4.5) and of what carries meaning (3),
 * text that leaves its card or lies on other text, cards on cards, labels on cards, lines through cards or labels, and
 * nodes below the tools. One line each.
 */
export async function findings(page: Page): Promise<readonly string[]> {
  return await page.evaluate(() => {
    type Colour = readonly [number, number, number, number];
    interface Box { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number }
    const found = new Set<string>();
    const context = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', { willReadFrequently: true });
    if (context === null) return ['no canvas to measure with'];
    const colour = (css: string): Colour => {
      context.clearRect(0, 0, 1, 1);
      context.fillStyle = css;
      context.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = context.getImageData(0, 0, 1, 1).data as unknown as [number, number, number, number];
      return [r, g, b, a / 255];
    };
    const over = (front: Colour, back: Colour): Colour => {
      const mix = (at: 0 | 1 | 2): number => front[at] * front[3] + back[at] * (1 - front[3]);
      return [mix(0), mix(1), mix(2), 1];
    };
    const light = ([r, g, b]: Colour): number => {
      const part = (value: number): number => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
      return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
    };
    const ratio = (a: Colour, b: Colour): number => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
    const ground = (element: Element): Colour => {
      const layers: Colour[] = [];
      const card = element.closest('.node, .elabel, .slot')?.querySelector('.card:not(.back), .box, rect');
      if (card != null && card !== element) {
        const { fill } = getComputedStyle(card);
        if (fill !== 'none') layers.push(colour(fill));
      }
      for (let at: Element | null = element.closest('svg')?.parentElement ?? element; at !== null; at = at.parentElement) {
        const back = colour(getComputedStyle(at).backgroundColor);
        if (back[3] > 0) layers.push(back);
        if (back[3] === 1) break;
      }
      return layers.reduceRight<Colour>((back, front) => over(front, back), [255, 255, 255, 1]);
    };
    const name = (element: Element): string => `"${(element.textContent || (element.getAttribute('class') ?? element.tagName)).trim().slice(0, 32)}"`;
    const stage = document.querySelector('.stage')?.getBoundingClientRect();
    const inSight = (box: Box): boolean => box.right > 0 && box.bottom > 0 && box.left < innerWidth && box.top < innerHeight;
    const onStage = (box: Box): boolean => stage !== undefined && box.left >= stage.left && box.right <= stage.right && box.top >= stage.top && box.bottom <= stage.bottom;
    const hit = (a: Box, b: Box, slack: number): boolean => a.left < b.right - slack && b.left < a.right - slack && a.top < b.bottom - slack && b.top < a.bottom - slack;

    const texts: { readonly element: Element; readonly box: Box }[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let text = walker.nextNode(); text !== null; text = walker.nextNode()) {
      const element = text.parentElement;
      if (element === null || text.nodeValue?.trim() === '' || element.closest('title, style, script, .sr-only, option') !== null) continue;
      const range = document.createRange();
      range.selectNodeContents(text);
      const whole = range.getBoundingClientRect();
      // What an ellipsis hides is not there.
      const cut = element.closest('.clip, .t, dd')?.getBoundingClientRect();
      // Nor what is scrolled away.
      const scroller = element.closest('.tab, .about, .side, .list')?.getBoundingClientRect();
      const box = { left: whole.left, top: Math.max(whole.top, scroller?.top ?? -Infinity), right: Math.min(whole.right, cut?.right ?? Infinity), bottom: Math.min(whole.bottom, scroller?.bottom ?? Infinity), width: whole.width };
      if (box.width === 0 || box.top >= box.bottom || !inSight(box)) continue;
      const style = getComputedStyle(element);
      const back = ground(element);
      const disabled = element.closest(':disabled, .refused') !== null;
      const contrast = ratio(over(colour(element.closest('svg') === null ? style.color : style.fill), back), back);
      if (contrast < 4.5 && !disabled) found.add(`text contrast ${contrast.toFixed(2)} ${name(element)}`);
      if (element.closest('.canvas') === null || onStage(box)) texts.push({ element, box });
      const outline = element.closest('.node')?.querySelector('.card:not(.back), .box')?.getBoundingClientRect();
      if (outline !== undefined && element.closest('.beside') === null && (box.left < outline.left || box.right > outline.right + 1 || box.top < outline.top - 1 || box.bottom > outline.bottom + 2)) found.add(`text leaves its card ${name(element)}`);
      for (let at: Element | null = element; at !== null && at !== document.body && element.closest('.canvas') === null; at = at.parentElement) {
        const { overflowX, overflowY, textOverflow } = getComputedStyle(at);
        if (overflowX !== 'hidden' || overflowY !== 'hidden' || at.matches('.stage')) continue;
        const edge = at.getBoundingClientRect();
        if ((box.right > edge.right + 1 || box.bottom > edge.bottom + 2) && textOverflow !== 'ellipsis') found.add(`clipped ${name(element)}`);
      }
      if (element.closest('.stage, .tab, .about, .side, .list') === null && (box.right > innerWidth + 1 || box.bottom > innerHeight + 1)) found.add(`outside the window ${name(element)}`);
    }
    for (const element of document.querySelectorAll('.world .st, .world .problem, .world .kind, .world .badge, .stripe:not(.pending), .state > .icon, .edge .line, .block .g, .tools .icon, .row > .icon')) {
      const box = element.getBoundingClientRect();
      if (!inSight(box) || element.closest(':disabled') !== null) continue;
      const style = getComputedStyle(element);
      const back = ground(element);
      const contrast = ratio(over(colour(element.matches('.line') ? style.stroke : style.color), back), back);
      if (contrast < 3) found.add(`graphic contrast ${contrast.toFixed(2)} ${element.getAttribute('class') ?? ''} in ${element.closest('[data-node]')?.getAttribute('data-node') ?? name(element)}`);
    }
    texts.forEach((a, at) => {
      for (const b of texts.slice(at + 1)) {
        const floats = (element: Element): Element | null => element.closest('.pop, .tools, .menu, .minimap, .working');
        if (a.element === b.element || floats(a.element) !== floats(b.element) || a.element.contains(b.element) || b.element.contains(a.element) || a.element.closest('.tab, .text, .about') !== null) continue;
        if (hit(a.box, b.box, 2)) found.add(`text on text ${name(a.element)} / ${name(b.element)}`);
      }
    });
    const outlines = [...document.querySelectorAll('.world .node:not(.group) > .card:not(.back)')].map((element) => ({ id: element.closest('[data-node]')?.getAttribute('data-node') ?? '', box: element.getBoundingClientRect() }));
    const labels = [...document.querySelectorAll('.labels .elabel')].map((element) => ({ element, box: element.getBoundingClientRect() }));
    outlines.forEach((a, at) => { for (const b of outlines.slice(at + 1)) if (hit(a.box, b.box, 0.5)) found.add(`card on card ${a.id} / ${b.id}`); });
    labels.forEach((a, at) => {
      for (const b of outlines) if (hit(a.box, b.box, 1)) found.add(`label on card ${name(a.element)} / ${b.id}`);
      for (const b of labels.slice(at + 1)) if (hit(a.box, b.box, 1)) found.add(`label on label ${name(a.element)} / ${name(b.element)}`);
    });
    for (const element of document.querySelectorAll('.world .beside')) for (const b of outlines) if (hit(element.getBoundingClientRect(), b.box, 1)) found.add(`retry words on card ${b.id}`);
    if (document.querySelector('.world.far') === null) {
      for (const line of document.querySelectorAll<SVGPathElement>('.lines .line')) {
        const matrix = line.getScreenCTM();
        const length = line.getTotalLength();
        if (matrix === null) continue;
        const own = line.closest('[data-link]')?.getAttribute('data-link') ?? '';
        let slanted = 0;
        let last = line.getPointAtLength(0);
        let way = { x: 0, y: 0 };
        for (let at = 4; at < length - 4; at += 3) {
          const { x, y } = line.getPointAtLength(at).matrixTransform(matrix);
          const inside = (box: Box): boolean => x > box.left + 2 && x < box.right - 2 && y > box.top + 2 && y < box.bottom - 2;
          const card = outlines.find(({ box }) => inside(box));
          const label = labels.find(({ box, element }) => inside(box) && element.getAttribute('data-link') !== own);
          const point = line.getPointAtLength(at);
          const step = { x: point.x - last.x, y: point.y - last.y };
          // Straight on, and neither across nor down: no rounded corner is that for long.
          const straight = Math.abs(step.x * way.y - step.y * way.x) < 0.1;
          slanted = straight && Math.abs(step.x) > 0.02 && Math.abs(step.y) > 0.02 ? slanted + 1 : 0;
          last = point;
          way = step;
          if (slanted > 4) found.add(`line is slanted ${own}`);
          if (card !== undefined) found.add(`line through card ${card.id}`);
          if (label !== undefined) found.add(`line through label ${name(label.element)}`);
        }
      }
    }
    return [...found];
  });
}

/** Nodes that the tools, the minimap or a note lie over: wanted nowhere in a picture that has just been fitted. */
export async function covered(page: Page): Promise<readonly string[]> {
  return await page.evaluate(() => {
    const tools = [...document.querySelectorAll('.tools, .pop')].map((element) => element.getBoundingClientRect());
    return [...document.querySelectorAll('.world .node:not(.group)')].flatMap((node) => {
      const box = node.querySelector('.card:not(.back)')?.getBoundingClientRect();
      return box !== undefined && tools.some((tool) => box.left < tool.right && tool.left < box.right && box.top < tool.bottom && tool.top < box.bottom) ? [node.getAttribute('data-node') ?? ''] : [];
    });
  });
}
