import type { Played, Run } from './frames.ts';

/** The sixteen colours of a terminal, on a dark ground. */
const palette = [
  ...['#484f58', '#ff7b72', '#3fb950', '#d29922', '#58a6ff', '#bc8cff', '#39c5cf', '#b1bac4'],
  ...['#6e7681', '#ffa198', '#56d364', '#e3b341', '#79c0ff', '#d2a8ff', '#56d4dd', '#ffffff'],
];

const cell = { width: 8.4, height: 18 };
const margin = 16;
/** How long the end stands before it begins again, ms. */
const restMs = 5000;

/** How long a screen stands at least, so that one can read what is new on it: for each line, ms. */
const readMs = 180;

/** Browsers keep no run of spaces in the text of an image. */
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll(' ', '\u00a0');

const spanOf = ({ text, column, colour, bold, dim }: Run): string => {
  const looks = [
    ...(colour === null ? [] : [`fill="${palette[colour]}"`]),
    ...(bold ? ['font-weight="bold"'] : []),
    ...(dim ? ['opacity="0.6"'] : []),
  ];
  const x = (margin + column * cell.width).toFixed(1);
  return `<tspan x="${x}" textLength="${(text.length * cell.width).toFixed(1)}"${looks.map((look) => ` ${look}`).join('')}>${escaped(text)}</tspan>`;
};

const texts = (runs: readonly Run[]): string => runs.map(({ text }) => text).join('');

/** The same, slow enough to be read. */
const readable = ({ frames, end, ...size }: Played): Played => {
  let later = 0;
  const slower = frames.map((frame, index) => {
    const at = frame.at + later;
    const before = new Set(frames[index - 1]?.lines.map(texts));
    const added = frame.lines.filter((runs) => runs.length > 0 && !before.has(texts(runs))).length;
    const stands = (frames[index + 1]?.at ?? end) - frame.at;
    later += Math.max(0, added * readMs - stands);
    return { ...frame, at };
  });
  return { ...size, frames: slower, end: end + later };
};

/** What was played, as one image that moves without a script and goes on for ever. */
export const svgOf = (played: Played): string => {
  const { columns, rows, frames, end } = readable(played);
  const [width, height] = [columns * cell.width + 2 * margin, rows * cell.height + 2 * margin].map(Math.ceil) as [number, number];
  const whole = end + restMs;
  const shown = frames.map(({ at, lines }, index) => {
    const until = frames[index + 1]?.at ?? whole;
    const [from, to] = [at / whole, until / whole].map((part) => part.toFixed(4));
    const rowsOfIt = lines.flatMap((runs, row) =>
      runs.length === 0 ? [] : [`<text y="${margin + (row + 0.75) * cell.height}">${runs.map(spanOf).join('')}</text>`],
    );
    const last = index === frames.length - 1;
    const times = last ? `0;${from}` : `0;${from};${to}`;
    const values = last ? 'hidden;visible' : 'hidden;visible;hidden';
    return `<g visibility="${last ? 'visible' : 'hidden'}"><animate attributeName="visibility" calcMode="discrete" dur="${whole}ms" repeatCount="indefinite" keyTimes="${times}" values="${values}"/>${rowsOfIt.join('')}</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="14" fill="#c9d1d9">
<title>What aleph-agent demo shows at a terminal</title>
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
${shown.join('\n')}
</svg>
`;
};
