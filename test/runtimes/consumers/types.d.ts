export interface TypeCase {
  name: string
  compilerOptions: Record<string, unknown>
  files: string[]
}
export function typeCases(version: string): TypeCase[]
export const webGpuPackageCase: TypeCase
export function copyPrograms(folder: string): Promise<void>
export function checkTypes(folder: string, tsc: string, example: TypeCase): Promise<string>
