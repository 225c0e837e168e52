/** The line as it is parsed: `help vm create` asks what `vm create --help` does, `version` and `-v` what `--version` does. */
export const asFlags = (argv: readonly string[]): readonly string[] => {
  const [first, ...rest] = argv;
  if (first === 'help') return [...rest, '--help'];
  return first === 'version' || first === '-v' ? ['--version', ...rest] : argv;
};

/** The page of the manual that `help settings` asks for; null where the line asks for none. */
export const topicIn = (argv: readonly string[]): string | null => {
  const [first, topic, ...more] = argv.filter((word) => !word.startsWith('-'));
  return first === 'help' && topic !== undefined && more.length === 0 ? topic : null;
};
