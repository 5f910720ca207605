/** What the build puts into the app: `house/kernel-key.ts`. */
interface ImportMeta {
  readonly env: { readonly KERNEL_KEY: string };
}
