export type Counts = { passed: number; failed: number; notes: string[] };
export type VitestReport = {
  testResults: {
    name: string;
    status: string;
    assertionResults: { status: string; fullName: string }[];
  }[];
};
export type PlaywrightSuite = {
  title: string;
  specs?: { title: string; tests: { status: string }[] }[];
  suites?: PlaywrightSuite[];
};
export type PlaywrightReport = { suites: PlaywrightSuite[]; errors: { message?: string }[] };

export function countVitest(report: VitestReport): Counts;
export function countPlaywright(report: PlaywrightReport): Counts;
export function judgeStep(step: {
  code: number;
  timedOut: boolean;
  counts: Counts | null;
  isOneCheck: boolean;
}): Counts;
