/** Configurations name the service of the node list, or its one document. */
export const nodeListUrl = (crnsList: string): string =>
  /\.json$/.test(crnsList) ? crnsList : `${crnsList.replace(/\/+$/, '')}/crns.json`;
