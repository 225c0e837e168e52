import type { ServedDevnet } from '../../test/support/devnet/served-devnet.ts';

/** A change at a devnet's own endpoint, as its keeper. Throws unless it was taken. */
export const control = async (devnet: ServedDevnet, path: string, body: unknown): Promise<void> => {
  const { endpoints, token } = devnet.data as ServedDevnet['data'] & { token: string };
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const response = await fetch(new URL(path, endpoints.control), { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`The devnet answers ${response.status} to ${path}: ${await response.text()}`);
};
