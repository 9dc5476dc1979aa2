/** Where the queue tells what happens; pino fits. */
export interface QueueLog {
  info(about: object, message: string): void;
  warn(about: object, message: string): void;
  error(about: object, message: string): void;
}
