import * as vscode from 'vscode';

/** Beside what is looked at, in a column that is there: from the graph it is that of the text. */
export function columnBeside(): vscode.ViewColumn {
  const { all, activeTabGroup: active } = vscode.window.tabGroups;
  return all.find(({ viewColumn }) => viewColumn !== active.viewColumn)?.viewColumn ?? vscode.ViewColumn.Beside;
}
