/** Names of what lies in a single file, as they are built and read. */
export const ASSETS = {
  manifest: 'package.json',
  contents: 'contents.txt',
  thread: (name: string): string => `threads/${name}.js`,
  addon: (name: string): string => `addons/${name}.node`,
  font: (file: string): string => `fonts/${file}`,
} as const;
