import { branches, freezing, naming, type Plugin, plugin, sequence, sharing, skip } from "@gradloom/core";

/** The layers of core that join other layers: every saved model may hold them. */
export const structure: Plugin = /*#__PURE__*/ plugin({
  name: "@gradloom/core",
  core: "*",
  provides: [sequence, branches, skip, sharing, freezing, naming],
});
