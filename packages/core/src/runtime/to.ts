import { checkTensor } from "../ops/apply.ts";
import { newLeaf } from "../ops/creation.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Backend } from "../backend/backend.ts";
import { deviceOf } from "./backend-device.ts";

/** The tensor's numbers on a backend: itself if it lives there, else a copy without its history. */
export async function to(tensor: Tensor, backend: Backend): Promise<Tensor> {
  checkTensor("to", tensor);
  const device = deviceOf(backend);
  if (tensor.node.device === device) return tensor;
  return newLeaf(device.storageOf(device.upload(await tensor.data(), tensor)), tensor, device);
}
