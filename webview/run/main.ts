import './run.css';
import type { FromRunPanel } from '../../protocol/run-panel.ts';
import { startPanel } from '../shared/start-panel.ts';
import type { PanelHost } from '../shared/start-panel.ts';
import { RunPanel } from './panel.ts';

declare function acquireVsCodeApi(): PanelHost<FromRunPanel>;

const host = acquireVsCodeApi();
startPanel(host, (root) => new RunPanel(root, host));
