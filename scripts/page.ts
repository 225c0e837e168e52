import { readFile } from 'node:fs/promises';
import { type BuildOptions, build, type Metafile } from 'esbuild';

const options = {
  bundle: true,
  write: false,
  minify: true,
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
  target: ['chrome120', 'firefox121', 'safari17'],
  outdir: 'dist',
} as const satisfies BuildOptions;

/** Text that stands in a tag of HTML, which its own end tag alone would end early. */
const inTag = (text: string, tag: string): string => {
  if (text.toLowerCase().includes(`</${tag}`) || text.includes('<!--')) throw new Error(`a ${tag} of the page would end early`);
  return text.trim();
};

/** The page (src/page) as one document with its style and script in it, and what they are made of. */
export const buildPage = async (): Promise<{ html: string; metafile: Metafile }> => {
  const [template, built] = await Promise.all([
    readFile('src/page/page.html', 'utf8'),
    build({ ...options, entryPoints: { page: 'src/page/main.ts', style: 'src/page/style.css', uplot: 'uplot/dist/uPlot.min.css' } }),
  ]);
  const text = (name: string): string => built.outputFiles.find(({ path }) => path.endsWith(name))!.text;
  const style = inTag(text('uplot.css') + text('style.css'), 'style');
  const script = inTag(text('page.js'), 'script');
  // as functions, or a $ in the script would mean something
  const html = template
    .replace('<style></style>', () => `<style>${style}</style>`)
    .replace('<script></script>', () => `<script>${script}</script>`);
  return { html, metafile: built.metafile };
};
