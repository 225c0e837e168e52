import { createHash } from 'node:crypto';

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}'`;

/** What stands between the tags, each of which the page has once and in this form. */
const inside = (html: string, tag: 'style' | 'script'): string => {
  const [open, close] = [`<${tag}>`, `</${tag}>`];
  return html.slice(html.indexOf(open) + open.length, html.lastIndexOf(close));
};

/**
 * The headers of the page. It runs its own script and style, by their hashes, and no other; asks nobody but who served it; shows in no
 * frame; and a text never becomes markup, whatever is in it.
 */
export const pageHeaders = (html: string): Readonly<Record<string, string>> => {
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(inside(html, 'script'))}`,
    `style-src ${hashOf(inside(html, 'style'))}`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ];
  return { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy.join('; ') };
};

/** Those of every answer. */
export const everyHeader: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};
