import { shellWord } from '../../domain/text/shell-word.ts';
import type { Standing, Step, World } from './step.ts';

const nameOf = ({ wish, network }: World): string => wish.key ?? (network === 'mainnet' ? 'main' : network);

export const keyStep: Step = {
  name: 'key',
  async look(world): Promise<Standing> {
    const key = world.key();
    if (key !== null) {
      const locked = key.kind === 'hot' ? 'without a passphrase: keep little on it' : 'with a passphrase';
      return { done: true, says: `${key.name}, ${key.address}, ${locked}.`, orders: [] };
    }
    const { earlier, wish } = world;
    const name = nameOf(world);
    const lock = wish.unencrypted ? { unencrypted: true } : {};
    return earlier.key !== null && wish.takeEarlier
      ? {
          done: false,
          says: `None for ${world.network} yet; the earlier tool's is in ${earlier.key}.`,
          orders: [{ command: 'keys import', input: { name, file: earlier.key, ...lock } }],
        }
      : {
          done: false,
          says: `None for ${world.network} yet${earlier.key === null ? '' : `; an earlier tool's is in ${earlier.key}, taken over with --take-earlier`}.`,
          orders: [{ command: 'keys create', input: { name, ...lock } }],
        };
  },
  async ask({ earlier }, asker) {
    const { gives } = await asker.choose({
      message: 'Which key signs for the agent?',
      head: ['KEY', 'LOCK'],
      start: 0,
      choices: [
        { cells: ['a new one', 'passphrase'], about: 'Asked for at each command that signs, or read with --passphrase-file.', gives: {} },
        { cells: ['a new one', 'none'], about: 'A hot key: whoever reads its file spends what it holds.', gives: { unencrypted: 'yes' } },
        ...(earlier.key === null
          ? []
          : [
              { cells: ["the earlier tool's", 'passphrase'], about: `From ${earlier.key}, which stays.`, gives: { takeEarlier: 'yes' } },
              {
                cells: ["the earlier tool's", 'none'],
                about: `From ${earlier.key}, which stays.`,
                gives: { takeEarlier: 'yes', unencrypted: 'yes' },
              },
            ]),
      ],
    });
    return { unencrypted: gives['unencrypted'] === 'yes', takeEarlier: gives['takeEarlier'] === 'yes' };
  },
};

export const backupStep: Step = {
  name: 'backup',
  async look(world) {
    const key = world.key();
    if (key === null) return { done: false, says: 'Once there is a key.', orders: [] };
    if (key.backedUpAt !== null) return { done: true, says: `Last written ${key.backedUpAt}.`, orders: [] };
    const { backup } = world.wish;
    return {
      done: false,
      says: `None: without the key of ${key.address} what it holds is lost. ${backup === undefined ? `aleph-agent keys backup ${shellWord(key.name)} FILE writes one.` : ''}`.trim(),
      orders: backup === undefined ? [] : [{ command: 'keys backup', input: { name: key.name, file: backup } }],
    };
  },
  async ask(_world, asker) {
    const file = (
      await asker.answer('Write a copy of the key, locked with a passphrase, to which file? (empty: later)', { choices: null })
    ).trim();
    return file === '' ? {} : { backup: file };
  },
};
