import type { Style } from '../../../contract/declare/style.ts';

/** Questions in our own colours, or none, and in signs that every terminal and every locale has. */
export const promptTheme = (style: Style) => ({
  prefix: { idle: style.bold('?'), done: style.good('*') },
  spinner: { interval: 80, frames: ['-', '\\', '|', '/'] },
  icon: { cursor: '>' },
  style: {
    answer: style.good,
    message: style.bold,
    error: (text: string) => style.bad(`> ${text}`),
    defaultAnswer: (text: string) => style.dim(`(${text})`),
    help: style.dim,
    highlight: style.good,
    key: style.bold,
    disabled: style.dim,
    description: style.dim,
    keysHelpTip: () => style.dim('up and down to look, enter to choose'),
  },
});
