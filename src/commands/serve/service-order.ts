import type * as z from 'zod';
import { readTlsPlace } from '../../domain/agents/tls-place.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { human } from '../../domain/suggest/fix.ts';
import type { ServiceOrder, ServicePlan, ServiceStep } from '../../ports/host/safe-service.ts';
import { type tlsFields, tlsOf } from './serving.ts';

type TlsGiven = z.output<z.ZodObject<typeof tlsFields>> & { dashboard: boolean };

/** The first port that is not root's. */
const firstFree = 1024;

/** How the service serves. `USAGE` for flags that do not go together, and for a port that no service without capabilities listens at. */
export const orderOf = ({ user, credential, ...given }: TlsGiven & { user: string; credential?: string | undefined }): ServiceOrder => {
  const tls = tlsOf(given);
  const place = given.listen === undefined ? null : readTlsPlace(given.listen);
  if (place !== null && place.port < firstFree) {
    throw new Failure('USAGE', `--listen "${given.listen}" is root's port, and the service has no capability.`, {
      sideEffects: 'none',
      fix: human(`Take a port from ${firstFree} on, and let the firewall lead ${place.port} there.`),
    });
  }
  return {
    user,
    listen: given.listen ?? null,
    dashboard: given.dashboard,
    publicUrl: tls?.publicUrl ?? null,
    tls: tls?.files ?? null,
    passphrase: credential ?? null,
  };
};

const isText = ({ text }: ServiceStep): boolean => text.includes('\n');

/** One line of what is done. */
export const lineOf = ({ does, text, ...step }: ServiceStep): string => (isText({ does, text, ...step }) ? does : `${does}: ${text}`);

/** The steps in order, each with its command, or after it the whole text of its file; then what a person should know. */
export const notesOf = ({ steps, notes }: ServicePlan): string[] => [
  ...steps.flatMap((step, index) => [`${index + 1}. ${lineOf(step)}`, ...(isText(step) ? [step.text] : [])]),
  ...notes,
];
