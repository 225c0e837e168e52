/** Where docs/security.md has what a run of `crash-test` printed. */
const begin = '<!-- Written by `npm run crash-test-page`, which runs it as root and as nobody: not by hand. -->';
const end = '<!-- The end of what crash-test printed. -->';

export interface PrintOuts {
  asRoot: string;
  asNobody: string;
}

const block = (text: string): string => ['```text', text.trimEnd(), '```'].join('\n');

/** The page with these print-outs in place of the ones that it has. */
export const withPrintOuts = (page: string, { asRoot, asNobody }: PrintOuts): string => {
  const [before, rest = ''] = page.split(begin);
  const after = rest.split(end)[1] ?? '\n';
  return [
    `${before}${begin}`,
    '',
    block(`$ sudo aleph-agent crash-test\n${asRoot}`),
    '',
    'Without root one row is another:',
    '',
    block(`$ aleph-agent crash-test two-users\n${asNobody}`),
    '',
    `${end}${after}`,
  ].join('\n');
};

/** What the page has between its marks. */
export const printOutsIn = (page: string): string => page.split(begin)[1]?.split(end)[0] ?? '';
