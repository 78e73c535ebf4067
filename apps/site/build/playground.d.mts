export function servePlayground(port: number): Promise<{ readonly url: string; close(): Promise<void> }>
