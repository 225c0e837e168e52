const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

/** What a node takes at most, by pyaleph's own defaults; of its IPFS engine the devnet has the figures only. */
export const uploadLimits = {
  storage: { max_file_size: 100 * MIB, max_unauthenticated_upload_file_size: 25 * MIB },
  ipfs: { max_upload_file_size: GIB, max_upload_car_size: 4 * GIB, max_unauthenticated_upload_file_size: 25 * MIB },
};
