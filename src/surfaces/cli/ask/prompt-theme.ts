import type { Style } from '../../../contract/declare/style.ts';

/** What the keys do at a list, in as many words as there is room for. */
const keys = ['up, down or 1-9 to look, enter to choose, esc to cancel', 'up, down, 1-9; enter chooses, esc cancels', 'enter, esc'];

/** The look of questions: our colours or none, and only signs that every terminal and locale can show. */
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
    description: style.dim,
    keysHelpTip: () => style.dim(keys.find((text) => style.width === 0 || text.length <= style.width) ?? ''),
  },
});
