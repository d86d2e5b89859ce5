/** Sends a message from a child process to its engine. Resolves when it has been handed over; at once when nobody listens any more. */
export const sayToEngine = (message: unknown): Promise<void> =>
  new Promise(resolve => {
    if (process.send === undefined || !process.connected) resolve();
    else process.send(message, undefined, undefined, () => resolve());
  });
