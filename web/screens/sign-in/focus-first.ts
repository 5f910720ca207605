/** What was tapped is gone: the focus goes to what has come instead. For `ref`. */
export const focusFirst = (target: HTMLElement | null): void => target?.focus();
