/** Thrown through an app's fetch when the connection is cut without an answer. Over sockets the server destroys the socket instead. */
export class ConnectionDropped extends Error {
  constructor(host: string) {
    super(`The connection to ${host} was cut.`);
    this.name = 'ConnectionDropped';
  }
}
