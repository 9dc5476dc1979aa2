/** What lasts is said once, and again only after it was over. */
export class Once {
  private readonly said = new Map<string, string>();

  /** @returns whether this is news about `subject` */
  isNews(subject: string, what: string): boolean {
    if (this.said.get(subject) === what) return false;
    this.said.set(subject, what);
    return true;
  }

  /** @returns whether something was the matter with it */
  over(subject: string): boolean {
    return this.said.delete(subject);
  }
}
