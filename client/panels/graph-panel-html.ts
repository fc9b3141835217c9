/** What the page of a graph panel is made of. The uris are those of `webview.asWebviewUri`. */
export interface GraphPanelPage {
  /** `webview.cspSource` */
  readonly cspSource: string;
  /** New for each page; letters, digits, `-` and `_`. */
  readonly nonce: string;
  /** `dist/webview/graph.js` */
  readonly script: string;
  /** `dist/webview/graph.css` */
  readonly style: string;
  /** `dist/webview/layout-worker.js` */
  readonly worker: string;
  readonly title: string;
  /** `vscode.env.language` */
  readonly language: string;
}

/**
 * The page that `webview/graph/main.ts` runs in: one script and one style sheet, no inline script or style, nothing from
 * elsewhere. A worker may not come from another origin, so the panel fetches its text (`connect-src`) and starts it from
 * a blob (`worker-src blob:`). An exported PNG is drawn from a picture the panel makes itself (`img-src data:`).
 *
 * The panel keeps `{uri, document, direction, camera, collapsed, selected, list, critical}` with `setState`. A serializer
 * gets that value back: show the panel for `uri` and `document`, and the panel does the rest when it has said `ready`.
 */
export function graphPanelHtml({ cspSource, nonce, script, style, worker, title, language }: GraphPanelPage): string {
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource}`,
    `font-src ${cspSource}`,
    `img-src ${cspSource} data:`,
    `connect-src ${cspSource}`,
    'worker-src blob:',
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${escaped(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${escaped(style)}">
<title>${escaped(title)}</title>
</head>
<body>
<div id="root" data-layout-worker="${escaped(worker)}"></div>
<script nonce="${escaped(nonce)}" src="${escaped(script)}"></script>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
