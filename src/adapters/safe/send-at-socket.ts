import { lstatSync } from 'node:fs';
import { request } from 'node:http';
import { dirname } from 'node:path';
import type { SafeAddress } from '../../domain/agents/invitation.ts';
import { type Sender, silenceMs } from './sender.ts';
import { silent, unreachable } from './unreachable.ts';

/**
 * Checks before anything is sent that socket and folder belong to the safe's user, and that nobody else may put another socket there: whoever
 * answers gets the token.
 */
const checkOwner = (url: string, path: string, uid: number): void => {
  const [socket, folder] = [path, dirname(path)].map((each) => lstatSync(each, { throwIfNoEntry: false }));
  if (socket === undefined || folder === undefined) throw unreachable(url, 'is not there', {});
  if (!socket.isSocket() || socket.uid !== uid || !folder.isDirectory() || folder.uid !== uid)
    throw unreachable(url, 'belongs to another user than the one that this agent joined', {});
  if ((folder.mode & 0o022) !== 0) throw unreachable(url, 'lies in a folder that others may write into', {});
};

/** To a safe of this machine. Node's own client does, and is there sooner than any other. */
export const sendAtSocket = ({ url, uid }: SafeAddress): Sender => {
  const socketPath = url.slice('unix:'.length);
  return ({ method, path, headers, body }, signal) =>
    new Promise((resolve, reject) => {
      checkOwner(url, socketPath, uid ?? -1);
      let connected = false;
      const sent = request({ socketPath, method, path, headers: { host: 'safe', ...headers }, signal, timeout: silenceMs });
      sent.on('socket', (socket) => {
        // one that an earlier call left open is connected already
        connected = !socket.connecting;
        if (socket.connecting) {
          socket.once('connect', () => {
            connected = true;
          });
        }
      });
      sent.on('timeout', () => sent.destroy(new Error('it was silent for a minute')));
      sent.on('error', (thrown) => reject(connected ? thrown : silent(url, thrown)));
      sent.on('response', resolve);
      sent.end(body ?? undefined);
    });
};
