/** Reads infrastructure code as the tools that deploy it do: Terraform's files and templates, CloudFormation's intrinsics. */

export { askCfnLint, checkStack, hasCfnLint, lintStack } from './infrastructure/check-stack';
export { checkTerraform, type FindBuilt } from './infrastructure/check-terraform';
export { lintOpenApi } from './infrastructure/lint-open-api';
export { readTemplate, type Template } from './infrastructure/read-template';
export { renderTemplate } from './infrastructure/render-template';
export { type ResolveOptions, resolveTemplate } from './infrastructure/resolve-template';
export { readTerraform, type Terraform, type TerraformFile, unformatted } from './infrastructure/terraform';
