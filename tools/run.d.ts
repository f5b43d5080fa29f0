export type RunResult = { code: number; timedOut: boolean };
export type RunOptions = {
  cwd?: string;
  env?: Record<string, string | undefined>;
  timeoutMs?: number;
};
export function run(command: string, args: string[], options?: RunOptions): Promise<RunResult>;
export function prepareEnvironment(env?: Record<string, string | undefined>): void;
