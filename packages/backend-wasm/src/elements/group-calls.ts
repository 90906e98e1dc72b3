import type { Group, Region } from "@gradloom/core/backend";
import { type Argument, type Call, callOf, type Lowering } from "../program/call.ts";
import { inSlices } from "./group-slices.ts";
import { timeOf } from "./formulas.ts";
import { groupKernel, type GroupForm, type Reading } from "./group-kernel.ts";
import { rowCalls } from "./row-calls.ts";
import { runValues, writtenOut } from "./run-addresses.ts";
import { type Runs, runsOf, shortestRun, type Stretch } from "./stretch.ts";

/** Inputs and outputs of a kernel: functions have at most 1,000 parameters, and a stretched input needs several. */
const mostOperands = 120;

/** Operations of a kernel: functions have at most 50,000 variables, and an operation may need dozens. */
const mostOperations = 400;

/** A group as a call of its kernel; where stretched inputs do not come in long runs, they are written out before. */
export const groupCalls: Lowering<Group> = (inputs, outputs, group, scratch) => {
  if (inputs.length + outputs.length > mostOperands || group.body.length > mostOperations)
    return inSlices(inputs, outputs, group, scratch, groupCalls);
  if (group.body.some(({ perRow }) => perRow)) {
    const body = group.body.map(({ operation, ...others }) => ({ name: operation.name, ...others }));
    return rowCalls(inputs, outputs, { ...group, rows: group.size / group.length, body }, scratch);
  }
  const stretched = group.access.map((_, at) => at).filter((at) => typeof group.access[at] !== "string");
  const runs = runsOf(stretched.map((at) => group.access[at] as Stretch));
  if (stretched.length === 0 || (runs !== undefined && runs.length >= shortestRun))
    return [groupCall(group, inputs, outputs, group.access.map(String) as Reading[], stretched, runs)];
  const before: Call[] = [];
  const whole = inputs.map((input, at) => {
    if (!stretched.includes(at)) return input;
    const { region, calls } = writtenOut(input, group.access[at] as Stretch, scratch);
    before.push(...calls);
    return region;
  });
  const readings = group.access.map((access) => (typeof access === "string" ? access : "full"));
  return [...before, groupCall(group, whole, outputs, readings, [], undefined)];
};

function groupCall(
  { body, results, size }: Group,
  inputs: readonly Region[],
  outputs: readonly Region[],
  access: readonly Reading[],
  stretched: readonly number[],
  runs: Runs | undefined,
): Call {
  const form: GroupForm = {
    body,
    results,
    inputs: inputs.map(({ dtype }, at) => ({
      dtype,
      reading: stretched.includes(at) ? runs!.kinds[stretched.indexOf(at)]! : access[at]!,
    })),
    axes: stretched.length === 0 ? 0 : runs!.sizes.length,
  };
  const values: Record<string, Argument> = { ...runValues(runs, stretched, inputs) };
  inputs.forEach((input, at) => (values[`x${at}`] = input));
  outputs.forEach((output, at) => (values[`y${at}`] = output));
  const nanoseconds = size * body.reduce((sum, { operation, dtype }) => sum + timeOf(operation.name, dtype), 0);
  if (form.axes === 0) return callOf(groupKernel(form), values, size, nanoseconds);
  values["length"] = runs!.length;
  return callOf(groupKernel(form), values, size / runs!.length, nanoseconds);
}
