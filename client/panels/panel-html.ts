/** What the page of a panel is made of. The uris are those of `webview.asWebviewUri`. */
export interface PanelPage {
  /** `webview.cspSource` */
  readonly cspSource: string;
  /** New for each page; letters, digits, `-` and `_`. */
  readonly nonce: string;
  /** `dist/webview/graph.js` or `run.js` */
  readonly script: string;
  readonly style: string;
  /** `dist/webview/layout-worker.js`; null where nothing is laid out. */
  readonly worker: string | null;
  readonly title: string;
  /** `vscode.env.language` */
  readonly language: string;
}

/**
 * The page of a panel: one script and one style sheet of ours, no inline script or style, nothing from elsewhere. A
 * worker may not come from another origin, so the panel fetches its text (`connect-src`) and starts it from a blob
 * (`worker-src blob:`). Images are what the panel has made or been given itself (`img-src data:`).
 */
export function panelHtml({ cspSource, nonce, script, style, worker, title, language }: PanelPage): string {
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource}`,
    `font-src ${cspSource}`,
    `img-src ${cspSource} data:`,
    ...(worker === null ? [] : [`connect-src ${cspSource}`, 'worker-src blob:']),
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
<div id="root"${worker === null ? '' : ` data-layout-worker="${escaped(worker)}"`}></div>
<script nonce="${escaped(nonce)}" src="${escaped(script)}"></script>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
