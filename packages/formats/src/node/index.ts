export { loadModelFile, loadWeightsFile } from "./load-file.ts";
export { saveModelFile, saveWeightsFile } from "./save-file.ts";
