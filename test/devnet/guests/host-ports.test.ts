import { describe, expect, it } from 'vitest';
import { createHostPorts } from '../../../src/devnet/guests/host-ports.ts';

describe('host ports', () => {
  it('go up from 24000, the lowest free one first', () => {
    const ports = createHostPorts();
    expect([ports.take(), ports.take(), ports.take()]).toEqual([24_000, 24_001, 24_002]);
    ports.free(24_001);
    expect(ports.take()).toBe(24_001);
    expect(ports.take(24_010)).toBe(24_010);
    expect(ports.claim(24_010)).toBe(false);
    expect(ports.claim(24_003)).toBe(true);
    expect(ports.take()).toBe(24_004);
  });

  it('end at 65534', () => {
    const ports = createHostPorts();
    for (let port = 24_000; port <= 65_534; port++) ports.claim(port);
    expect(() => ports.take()).toThrow(/24000 to 65534/);
  });
});
