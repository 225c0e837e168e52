/**
 * Images whose hashes come with this package (protocol-ccn.md §7.4): the STORE messages that official clients use. What the
 * network says of these names does not count.
 */
export const pinnedImages = [
  { slug: 'debian12', hash: 'b6ff5c3a8205d1ca4c7c3369300eeafff498b558f71b851aa2114afd0a532717', minDiskMib: 20480 },
  { slug: 'ubuntu22', hash: '4a0f62da42f4478544616519e6f5d58adb1096e069b392b151d47c3609492d0c', minDiskMib: 20480 },
  { slug: 'ubuntu24', hash: '5330dcefe1857bcd97b7b7f24d1420a7d46232d53f27be280c8a7071d88bd84e', minDiskMib: 20480 },
] as const;

/** What an image is called: its slug where it is pinned, else its hash. */
export const imageName = (hash: string): string => pinnedImages.find((image) => image.hash === hash)?.slug ?? hash;
