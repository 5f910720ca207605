import { Component, type ReactNode } from 'react';

interface ScreenBoundaryProps {
  /** The address: another screen is another try. */
  readonly at: string;
  readonly instead: ReactNode;
  readonly children: ReactNode;
}

/** A screen whose code did not load (no network, an older app, evicted files) is said to be so; without this the page is blank. */
export class ScreenBoundary extends Component<ScreenBoundaryProps> {
  override state = { failedAt: '' };
  static getDerivedStateFromError = (): object => ({ failedAt: location.pathname });

  override render(): ReactNode {
    const { at, instead, children } = this.props;
    return this.state.failedAt === at ? instead : children;
  }
}
