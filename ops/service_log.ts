/** Where the parts of a service tell what happens; pino fits. */
export interface ServiceLog {
  info(about: object, message: string): void;
  warn(about: object, message: string): void;
  error(about: object, message: string): void;
}
