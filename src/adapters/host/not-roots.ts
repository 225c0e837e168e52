import { lstatSync, readlinkSync, type Stats } from 'node:fs';
import { dirname, join, parse, resolve, sep } from 'node:path';

/** As many links as Linux follows. */
const mostLinks = 40;

const statOf = (path: string): Stats | null => {
  try {
    return lstatSync(path);
  } catch {
    return null;
  }
};

const troubleOf = (path: string, found: Stats): string | null => {
  if (found.uid !== 0) return `${path} belongs to user ${found.uid}, not to root`;
  // a link has no mode of its own; sticky or not, where others may write they may put a file
  if (found.isSymbolicLink() || (found.mode & 0o022) === 0) return null;
  return `others than root may write ${path} (mode ${(found.mode & 0o7777).toString(8)})`;
};

/**
 * Says why what stands at a path may not be root's, in a sentence's part; null where it is: the file, each folder above it, and the same
 * of every link on the way belong to root, and nobody else may write them.
 */
export const notRoots = (path: string): string | null => {
  const whole = resolve(path);
  const { root } = parse(whole);
  let done = root;
  let left = whole.slice(root.length).split(sep).filter(Boolean);
  let links = 0;
  const top = statOf(root);
  const above = top === null ? `${root} cannot be looked at` : troubleOf(root, top);
  if (above !== null) return above;
  while (left.length > 0) {
    const [next = '', ...rest] = left;
    const here = join(done, next);
    const found = statOf(here);
    if (found === null) return `${here} is not there`;
    const trouble = troubleOf(here, found);
    if (trouble !== null) return trouble;
    if (found.isSymbolicLink()) {
      links += 1;
      if (links > mostLinks) return `${here} is a link without an end`;
      const target = resolve(dirname(here), readlinkSync(here));
      // from the top again: the link may lead through folders that were not looked at
      done = root;
      left = [...target.slice(root.length).split(sep).filter(Boolean), ...rest];
    } else {
      done = here;
      left = rest;
    }
  }
  return null;
};
