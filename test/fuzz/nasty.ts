import fc from 'fast-check';

/** Texts that parsers, terminals, shells, databases and JavaScript itself have stumbled over. */
const known = [
  ...['', ' ', '-', '--', '---', '-=', '--=', '--json=1', '-h', '--help', '-V', '--version', '-xyz', '--no-', '--no-json'],
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype', 'then'],
  ...['NaN', 'Infinity', '-Infinity', '-0', '-1', '0', '1', '1.5', '1e999', '1e3', '0x10', '007', '1_000', '１２', '9007199254740993'],
  ...['99999999999999999999999999', '0.000000000000000000001', '1,5', '+1', 'null', 'undefined', 'true', 'false', '{}', '[]', '""'],
  ...[
    '0s',
    '-5m',
    '9999999d',
    '1h2m',
    '1e3h',
    '4h ',
    'PT4H',
    '2026-13-45T99:99:99Z',
    '2026-11-20',
    '275760-09-13T00:00:00.001Z',
    'tomorrow',
  ],
  ...['\u0000', '\u001b[31mred', '\u202eabc', '\u200b', '\ud800', '💥', 'ﬀ', 'İ', '\r\n', '\t', '\u2028', 'é', 'e\u0301'],
  ...[
    '../../etc/passwd',
    '/dev/null',
    '/',
    '.',
    '..',
    'C:\\x',
    'file:///etc/passwd',
    'http://[::1',
    'http://',
    'https://127.0.0.1:1',
    '//x',
  ],
  ...['%s%n', '$(id)', '`id`', '; true', "' OR 1=1 --", '*', '?', '~', '@x', '#'],
  ...[
    'a'.repeat(41),
    'a'.repeat(5000),
    '0'.repeat(64),
    'f'.repeat(64),
    `0x${'1'.repeat(40)}`,
    'abcdef',
    'abcdef0',
    'ap_00000000',
    'op_00000000',
  ],
];

export const nastyText = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...known) },
  { weight: 2, arbitrary: fc.string({ maxLength: 12 }) },
  { weight: 1, arbitrary: fc.string({ maxLength: 12, unit: 'binary' }) },
  { weight: 1, arbitrary: fc.integer().map(String) },
  { weight: 1, arbitrary: fc.double().map(String) },
);

/** Any JSON value, with more of what hurts than fast-check's own have. */
export const nastyJson: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    nastyText,
    fc.constantFrom<unknown>(null, true, false, 0, -1, 1.5, 1e21, -1e308, 2 ** 53, 4e9, [], {}),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(nastyText, tie('value'), { maxKeys: 3 }),
  ),
})).value;
