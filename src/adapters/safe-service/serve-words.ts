import { resolve } from 'node:path';
import { Failure } from '../../domain/failure/failure.ts';
import { human } from '../../domain/suggest/fix.ts';
import { shellWord } from '../../domain/text/shell-word.ts';
import type { ServiceOrder } from '../../ports/host/safe-service.ts';
import type { ServiceMachine } from './service-machine.ts';

/** The order with absolute paths, as a service has no folder of its caller's. */
export const absolute = ({ tls, passphrase, ...order }: ServiceOrder): ServiceOrder => ({
  ...order,
  tls: tls === null ? null : { certificate: resolve(tls.certificate), key: resolve(tls.key) },
  passphrase: passphrase === null ? null : resolve(passphrase),
});

const flags = (given: Readonly<Record<string, string | null | undefined>>): string[] =>
  Object.entries(given).flatMap(([flag, value]) => (value == null ? [] : [`--${flag}`, value]));

const door = ({ listen, publicUrl, tls, dashboard }: ServiceOrder): string[] => [
  ...(dashboard ? [] : ['--no-dashboard']),
  ...flags({ listen, 'public-url': publicUrl, 'tls-cert': tls?.certificate, 'tls-key': tls?.key }),
];

/** What the service runs, after node and the program. */
export const serveWords = (order: ServiceOrder): string[] => ['serve', ...door(order), '--json'];

/** The line by which root installs what this call could not. */
const installWords = (order: ServiceOrder): string[] => [
  'serve',
  'install',
  '--user',
  order.user,
  ...door(order),
  ...flags({ credential: order.passphrase }),
];

/** `USAGE` where this is not root, with the whole line that is: the program need not be on the PATH that sudo has. */
export const requireRoot = ({ getuid, execPath }: ServiceMachine, program: string, order: ServiceOrder | null): void => {
  if (getuid?.() === 0) return;
  const words = order === null ? ['serve', 'uninstall'] : installWords(absolute(order));
  const line = ['sudo', execPath, program, ...words].map(shellWord).join(' ');
  throw new Failure('USAGE', 'A service of the machine is root’s to change, and this is another user.', {
    sideEffects: 'none',
    fix: human(`Type: ${line}`),
    facts: { line },
  });
};
