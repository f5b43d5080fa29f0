/** Scrolls what a press brought up into view: it may stand far above or below the button. For `{@attach}`. */
export function reveal(element: Element): void {
  element.scrollIntoView({ block: "nearest" });
}
